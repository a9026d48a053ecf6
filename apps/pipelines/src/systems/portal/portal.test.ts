import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cnpjOf } from '../../../testing/generator/random.ts';
import { startPortal, type PortalFile, type PortalOptions } from '../../../testing/portal.ts';
import { recordedRuntime } from '../../../testing/runtime.ts';
import { tempFolder } from '../../../testing/temp-folder.ts';
import { runPipeline } from '../../lib/run.ts';
import { readPortals } from './definition.ts';
import { createPortal } from './portal.ts';

const folderUrl = new URL('../../../fund-portals/', import.meta.url);
const portals = readPortals(new URL('portals.json', folderUrl));
const systems = Object.fromEntries(portals.map((portal) => [portal.system, createPortal(portal)]));

const username = 'analista';
const password = 'segredo-canário-çã';
const file = (name: string, content: string, extra: Partial<PortalFile> = {}): PortalFile => ({
  name,
  content: Buffer.from(content),
  ...extra,
});
const files = [
  file('carteira_20251031.csv', 'a;b'),
  file('carteira_20251030.csv', 'antes'),
  file('extrato_31102025.pdf', '%PDF-1.7 x', { cnpj: cnpjOf(1) }),
  file('leia-me.docx', 'x'),
];

async function start(options: Partial<PortalOptions> = {}) {
  await using cleanup = new AsyncDisposableStack();
  const folder = cleanup.use(await tempFolder());
  const paths: Record<string, string> = {};
  for (const key of ['csv', 'pdf', 'maps', 'qore_excel', 'qore_pdf', 'trustee']) {
    paths[key] = join(folder.path, key);
    await mkdir(paths[key]);
  }
  const portal = cleanup.use(
    await startPortal({ username, password, auth: 'form', list: 'html', files, ...options }),
  );
  const kept = cleanup.move();
  let runs = 0;
  return {
    portal,
    paths,
    folder: folder.path,
    in: async (key: string) => (await readdir(paths[key] ?? '')).toSorted(),
    async run(system: string, config: Record<string, unknown> = {}, extra: readonly string[] = []) {
      runs += 1;
      const runtime = recordedRuntime('2025-11-03', join(folder.path, `output-${runs}`));
      const credential = { url: portal.url, username, password };
      const credentials = {
        amplis: undefined,
        'amplis.reag': credential,
        maps: credential,
        qore: credential,
      };
      const configFile = join(folder.path, 'config.json');
      const download = { stallSeconds: 1, attempts: 2, backoffSeconds: 1 };
      const whole = { credentials, paths, cacheFolder: join(folder.path, 'cache'), download, ...config };
      await writeFile(configFile, JSON.stringify(whole));
      const argv = ['--sistemas', system, '--data-inicial', '31/10/2025', '--data-final', '31/10/2025'];
      const manifest = new URL('manifest.json', folderUrl);
      const exitCode = await runPipeline(
        manifest,
        systems,
        [...argv, '--config', configFile, ...extra],
        runtime,
      );
      const text = runtime.lines.join('\n');
      assert.doesNotMatch(text, /segredo/, 'the password is never printed');
      return { exitCode, text };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

for (const auth of ['form', 'basic'] as const)
  for (const list of ['html', 'json'] as const)
    test(`files of the period come from a portal with ${auth} login and a list in ${list}`, async () => {
      await using t = await start({ auth, list, filesPerPage: 2 });
      const result = await t.run('amplis_reag');
      assert.equal(result.exitCode, 0, result.text);
      assert.deepEqual(await t.in('csv'), ['carteira_20251031.csv']);
      assert.deepEqual(await t.in('pdf'), ['extrato_31102025.pdf']);
      assert.equal(await readFile(join(t.paths['csv'] ?? '', 'carteira_20251031.csv'), 'utf8'), 'a;b');
      assert.match(result.text, /4 files in the list, 2 asked for/);
    });

test('an option that is off leaves its files', async () => {
  await using t = await start();
  await t.run('amplis_reag', {}, ['--opcao', 'amplis_reag.pdf=nao']);
  assert.deepEqual([await t.in('csv'), await t.in('pdf')], [['carteira_20251031.csv'], []]);
});

test('only the selected funds are fetched', async () => {
  await using t = await start();
  const result = await t.run('amplis_reag', {
    funds: { amplis_reag: { fundos_selecionados: [cnpjOf(1)], usar_todos: false } },
  });
  assert.deepEqual([await t.in('csv'), await t.in('pdf')], [[], ['extrato_31102025.pdf']]);
  assert.match(result.text, /carteira_20251031\.csv: left out, its name does not tell the fund/);
});

test('assets and liabilities, single files and batches are told by their names', async () => {
  const xlsx = 'PK x';
  await using t = await start({
    files: [
      file('ativo_20251031.xlsx', xlsx),
      file('passivo_20251031.xlsx', xlsx),
      file('lote_pdf_20251031.zip', xlsx),
      file('fundo_20251031.pdf', '%PDF-'),
    ],
  });
  await t.run('maps', {}, ['--opcao', 'maps.passivo=false']);
  assert.deepEqual(await t.in('maps'), ['ativo_20251031.xlsx', 'fundo_20251031.pdf']);
  await t.run('qore', {}, ['--opcao', 'qore.lote_pdf=true', '--opcao', 'qore.excel=false']);
  assert.deepEqual(await t.in('qore_pdf'), ['fundo_20251031.pdf', 'lote_pdf_20251031.zip']);
});

test('a second run finds the files in place and fetches nothing that did not change', async () => {
  await using t = await start();
  await t.run('amplis_reag');
  const result = await t.run('amplis_reag');
  assert.equal(result.exitCode, 0);
  assert.match(result.text, /carteira_20251031\.csv: the same file is there already/);
});

for (const auth of ['form', 'basic'] as const)
  test(`a wrong password is named with system and address (${auth})`, async () => {
    await using t = await start({ auth });
    const credential = { url: t.portal.url, username, password: 'segredo-errado' };
    const result = await t.run('amplis_reag', { credentials: { 'amplis.reag': credential } });
    assert.equal(result.exitCode, 1);
    assert.match(
      result.text,
      /\[ERROR\] \[AMPLIS - REAG\] http:\/\/127\.0\.0\.1:\d+\/\w+ refused the user name or the password/,
    );
    assert.equal(
      t.portal.requests.length,
      2,
      'a wrong password is not tried again and again: it locks accounts',
    );
  });

test('a missing credential, and one without a password, are named', async () => {
  await using t = await start();
  const result = await t.run('amplis_reag', {
    credentials: { 'amplis.reag': { url: t.portal.url, username: 'x' } },
  });
  assert.equal(result.exitCode, 1);
  assert.match(result.text, /the credential amplis\.reag is missing or not complete/);
});

test('a path that is not configured or not there is named before anything is fetched', async () => {
  await using t = await start();
  assert.match((await t.run('amplis_reag', { paths: {} })).text, /paths\.csv is not configured/);
  const missing = join(t.folder, 'nowhere');
  assert.match((await t.run('amplis_reag', { paths: { csv: missing } })).text, /nowhere: it does not exist/);
});

test('a stalled portal is a temporary failure with its address', async () => {
  await using t = await start();
  t.portal.addFault({ kind: 'stall', path: '/arquivos' });
  const result = await t.run('amplis_reag');
  assert.equal(result.exitCode, 75, result.text);
  assert.match(result.text, /\[ERROR\] \[AMPLIS - REAG\] http:.*\/arquivos stalled/);
});

test('a login page that comes as 200 instead of a file is not saved, and the other files are', async () => {
  await using t = await start();
  t.portal.addFault({ kind: 'login_page', path: 'carteira_20251031' });
  const result = await t.run('amplis_reag');
  assert.equal(result.exitCode, 1);
  assert.match(result.text, /carteira_20251031\.csv answered with a web page instead of the file/);
  assert.deepEqual([await t.in('csv'), await t.in('pdf')], [[], ['extrato_31102025.pdf']]);
});

test('a file that does not match the checksum of the list is not saved', async () => {
  await using t = await start({
    list: 'json',
    files: [file('a_20251031.csv', 'x', { listedSha256: 'f'.repeat(64) })],
  });
  const result = await t.run('amplis_reag');
  assert.equal(result.exitCode, 75);
  assert.match(result.text, /checksum does not match/);
  assert.deepEqual(await t.in('csv'), []);
});

test('a dry run logs in and lists, and fetches nothing', async () => {
  await using t = await start();
  const result = await t.run('amplis_reag', {}, ['--dry-run']);
  assert.equal(result.exitCode, 0);
  assert.match(result.text, /logged in at http/);
  assert.deepEqual(await t.in('csv'), []);
  assert.equal(
    t.portal.requests.some((line) => line.includes('/baixar/')),
    false,
  );
});

test('a login form that would send the password to another host is not filled in', async () => {
  await using other = await startPortal({ username, password, auth: 'basic', list: 'html', files: [] });
  await using t = await start({ formAction: `${other.url}/entrar` });
  const result = await t.run('amplis_reag');
  assert.equal(result.exitCode, 1);
  assert.match(result.text, /sends to http:\/\/127\.0\.0\.1:\d+\/entrar: the password is not sent there/);
  assert.deepEqual(other.requests, []);
});

test('spreadsheets in a folder without login are placed too', async () => {
  await using t = await start();
  const inbox = join(t.folder, 'inbox');
  await mkdir(inbox);
  await writeFile(join(inbox, 'posicao_31102025.xlsx'), 'PK x');
  await writeFile(join(inbox, 'posicao_30102025.xlsx'), 'PK y');
  const result = await t.run('trustee', { sources: { trustee: inbox } });
  assert.equal(result.exitCode, 0, result.text);
  assert.deepEqual(await t.in('trustee'), ['posicao_31102025.xlsx']);
});
