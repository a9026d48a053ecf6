import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Manifest } from '@dumont/contracts/pipelines/manifest';
import { fundDataSystems } from '../../fund-data/systems.ts';
import { writeDaily } from '../../testing/generator/daily.ts';
import { recordedRuntime } from '../../testing/runtime.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { readPortals } from '../systems/portal/definition.ts';
import { PipelineFailure } from './failure.ts';
import { runPipeline } from './run.ts';
import type { System } from './system.ts';

const manifestOf = (pipeline: string) => new URL(`../../${pipeline}/manifest.json`, import.meta.url);

async function setUp(config: Record<string, unknown> = {}) {
  const folder = await tempFolder();
  const configFile = join(folder.path, 'config.json');
  await writeFile(configFile, JSON.stringify({ cacheFolder: join(folder.path, 'cache'), ...config }));
  const runtime = recordedRuntime('2025-11-20', join(folder.path, 'output'));
  return {
    ...folder,
    folder: folder.path,
    configFile,
    runtime,
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}

test('both manifests are valid, and each of their systems has a program', async () => {
  for (const [pipeline, known] of [
    ['fund-data', Object.keys(fundDataSystems)],
    [
      'fund-portals',
      readPortals(new URL('../../fund-portals/portals.json', import.meta.url)).map(({ system }) => system),
    ],
  ] as const) {
    const manifest = Manifest.parse(JSON.parse(await readFile(manifestOf(pipeline), 'utf8')));
    assert.deepEqual(
      manifest.systems.map(({ id }) => id),
      known,
    );
  }
});

test('a system that fails does not keep the others back; each has its summary', async () => {
  await using t = await setUp();
  const done: string[] = [];
  const ok: System = ({ system, report }) => {
    done.push(system.id);
    report({ file: 'a', outcome: 'loaded' });
    return Promise.resolve();
  };
  const broken: System = () => Promise.reject(new PipelineFailure('o arquivo sumiu'));
  const systems = { ...fundDataSystems, cvm_diario: broken, cvm_cda: ok };
  const argv = ['--sistemas', 'cvm_diario', 'cvm_cda', '--config', t.configFile];
  assert.equal(await runPipeline(manifestOf('fund-data'), systems, argv, t.runtime), 1);
  assert.deepEqual(done, ['cvm_cda']);
  assert.match(
    t.runtime.lines.join('\n'),
    /\[ERROR\] \[CVM - DIARIO\] o arquivo sumiu[^]*\[SUCCESS\] \[CVM - CDA\] 1 file done/,
  );
  const summary = JSON.parse(
    await readFile(join(t.folder, 'output', 'cvm_diario.summary.json'), 'utf8'),
  ) as object;
  assert.deepEqual(summary, {
    system: 'cvm_diario',
    from: '2025-11-19',
    to: '2025-11-19',
    dryRun: false,
    status: 'failed',
    error: 'o arquivo sumiu',
    files: [],
  });
});

test('only when every failure was temporary the exit code says so', async () => {
  await using t = await setUp();
  const temporary: System = () => Promise.reject(new PipelineFailure('down', { temporary: true }));
  const lasting: System = () => Promise.reject(new PipelineFailure('gone'));
  const run = (diario: System, cda: System) =>
    runPipeline(
      manifestOf('fund-data'),
      { ...fundDataSystems, cvm_diario: diario, cvm_cda: cda },
      ['--sistemas', 'cvm_diario', 'cvm_cda', '--config', t.configFile],
      t.runtime,
    );
  assert.equal(await run(temporary, () => Promise.resolve()), 75);
  assert.equal(await run(temporary, temporary), 75);
  assert.equal(await run(temporary, lasting), 1);
});

test('wrong arguments and an unreadable configuration end with 2, each named', async () => {
  await using t = await setUp();
  const run = (...argv: string[]) => runPipeline(manifestOf('fund-data'), fundDataSystems, argv, t.runtime);
  assert.equal(
    await run('--sistemas', 'cvm_dairio', '--data-final', '31/11/2025', '--config', t.configFile),
    2,
  );
  const text = t.runtime.lines.join('\n');
  assert.match(text, /\[ERROR\] \[PIPELINE\] --sistemas cvm_dairio: there is no such system/);
  assert.match(text, /\[ERROR\] \[PIPELINE\] --data-final 31\/11\/2025: not a day of the calendar/);
  assert.equal(await run('--sistemas', 'cvm_cda', '--config', join(t.folder, 'none.json')), 2);
});

test('what a server or a file puts into a message cannot make a second line', async () => {
  await using t = await setUp();
  const nasty: System = () => Promise.reject(new Error('a\n[SUCCESS] [CVM - CDA] forged\u2028x'));
  await runPipeline(
    manifestOf('fund-data'),
    { ...fundDataSystems, cvm_cda: nasty },
    ['--sistemas', 'cvm_cda', '--config', t.configFile],
    t.runtime,
  );
  assert.equal(t.runtime.lines.at(-1), '[ERROR] [CVM - CDA] a [SUCCESS] [CVM - CDA] forged x');
});

test('a full disk under the list of bad rows is a failure with its path, not a silent loss', async () => {
  await using t = await setUp();
  await writeDaily(t.folder, { month: '202510', funds: 2, brokenRows: 3 });
  await writeFile(t.configFile, JSON.stringify({ sources: { cvm: join(t.folder, 'dados') } }));
  await mkdir(join(t.folder, 'output'));
  await symlink('/dev/full', join(t.folder, 'output', 'rejected-rows.csv'));
  const argv = [
    '--sistemas',
    'cvm_diario',
    '--data-inicial',
    '01/10/2025',
    '--data-final',
    '31/10/2025',
    '--dry-run',
  ];
  const exitCode = await runPipeline(
    manifestOf('fund-data'),
    fundDataSystems,
    [...argv, '--config', t.configFile],
    t.runtime,
  );
  assert.equal(exitCode, 1);
  assert.match(t.runtime.lines.join('\n'), /rejected-rows\.csv: the disk is full/);
});

test('a database that is not there is a temporary failure that does not print its address', async () => {
  await using t = await setUp();
  await writeDaily(t.folder, { month: '202510', funds: 2 });
  const databaseUrl = 'postgres://u:segredo@127.0.0.1:1/x';
  await writeFile(t.configFile, JSON.stringify({ databaseUrl, sources: { cvm: join(t.folder, 'dados') } }));
  const argv = ['--sistemas', 'cvm_diario', '--data-inicial', '01/10/2025', '--data-final', '31/10/2025'];
  const exitCode = await runPipeline(
    manifestOf('fund-data'),
    fundDataSystems,
    [...argv, '--config', t.configFile],
    t.runtime,
  );
  assert.equal(exitCode, 75, t.runtime.lines.join('\n'));
  assert.doesNotMatch(t.runtime.lines.join('\n'), /segredo/);
});

test('the programs run as the engine starts them', async () => {
  for (const pipeline of ['fund-data', 'fund-portals']) {
    const { command } = Manifest.parse(JSON.parse(await readFile(manifestOf(pipeline), 'utf8')));
    const { status, stdout } = spawnSync(process.execPath, [...command.slice(1), '--sistemas', 'nada'], {
      cwd: new URL(`../../${pipeline}/`, import.meta.url),
      encoding: 'utf8',
    });
    assert.equal(status, 2, stdout);
    assert.match(stdout, /^\[ERROR\] \[PIPELINE\] --sistemas nada/m);
  }
});
