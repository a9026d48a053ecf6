import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { startFundDataHarness, type FundDataHarness } from '../../../testing/fund-data-harness.ts';
import { writeAnbima401, writeAnbima50 } from '../../../testing/generator/anbima.ts';
import { cnpjOf } from '../../../testing/generator/random.ts';
import { writeText } from '../../../testing/generator/write-zip.ts';

let t: FundDataHarness;
before(async () => {
  t = await startFundDataHarness();
});
after(() => t[Symbol.asyncDispose]());
beforeEach(async () => {
  await rm(join(t.folder, 'anbima'), { recursive: true, force: true });
  await t.database.clear();
});

const day = '2025-10-31';
const run = (extra: Partial<Parameters<FundDataHarness['run']>[0]> = {}) =>
  t.run({ systems: ['anbima_xml'], fromFolder: true, ...extra });

async function composition(): Promise<Record<string, string>> {
  const rows = await t.rows<{ asset_class: string; value: string }>(
    'SELECT asset_class, round(value, 2)::text AS value FROM funds.composition',
  );
  return Object.fromEntries(rows.map((row) => [row.asset_class, row.value]));
}

test('the parts of a 4.01 file make up its net worth', async () => {
  await writeAnbima401(t.folder, { name: 'a', fund: 1, day });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  assert.deepEqual(await composition(), {
    caixa: '90000.00',
    // Provisions, less the shares to be issued and redeemed.
    cpr: '-9100.00',
    // Fund shares, and the daily settlement of the future.
    outros: '199100.00',
    renda_fixa: '600000.00',
    renda_variavel: '140000.00',
  });
  assert.deepEqual(
    await t.rows('SELECT net_worth::text, round(gap, 2)::text AS gap FROM funds.reconciliation'),
    [{ net_worth: '1020000.00', gap: '0.00' }],
  );
});

test('a 5.0 file is told by its root; short positions count negative, shares of a FIDC as credit rights', async () => {
  await writeAnbima50(t.folder, { name: 'b', fund: 2, day });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  assert.deepEqual(await composition(), {
    direitos_creditorios: '10000.00',
    renda_fixa: '400000.00',
    renda_variavel: '90000.00',
  });
  assert.deepEqual(await t.rows(`SELECT version, dt::text, cnpj, quota::text FROM funds.anbima_portfolio`), [
    { version: '5.0', dt: day, cnpj: cnpjOf(2), quota: '10' },
  ]);
  assert.equal(await t.value("SELECT quantity FROM funds.anbima_position WHERE code = 'VALE3'"), '-100');
});

test('names in ISO-8859-1 and in UTF-8 come out the same way', async () => {
  await writeAnbima401(t.folder, { name: 'a', fund: 8, day });
  await writeAnbima50(t.folder, { name: 'b', fund: 10, day });
  await run();
  const names = await t.rows<{ name: string }>('SELECT name FROM funds.fund ORDER BY cnpj');
  assert.match(names[0]?.name ?? '', /^ALVORADA 8 AÇÕES /);
  assert.match(names[1]?.name ?? '', /^SÃO BENTO 10 AÇÕES /);
});

test('files come from the index page of a site too, and those of other days are left', async () => {
  await writeAnbima401(t.folder, { name: 'a', fund: 1, day });
  await writeAnbima401(t.folder, { name: 'b', fund: 1, day: '2025-09-30' });
  const result = await run({ fromFolder: false });
  assert.equal(result.exitCode, 0, result.text);
  assert.match(result.text, /1 files are of other days/);
  assert.equal(await t.value('SELECT count(*) FROM funds.anbima_portfolio'), '1');
});

test('a bad file is named with its line, and the others are loaded', async () => {
  await writeAnbima401(t.folder, { name: 'a', fund: 1, day });
  await writeText(
    t.folder,
    'anbima/ruim.xml',
    '<arquivoposicao_4_01>\n<fundo>\n</arquivoposicao_4_01>',
    'utf8',
  );
  await writeText(t.folder, 'anbima/outro.xml', '<nfe/>', 'utf8');
  const result = await run();
  assert.equal(result.exitCode, 1);
  assert.match(result.text, /ruim\.xml line 3: not well-formed/);
  assert.match(result.text, /outro\.xml is not an ANBIMA position file: its root is <nfe>/);
  assert.equal((await result.rejected()).length, 2);
  assert.equal(await t.value('SELECT count(*) FROM funds.anbima_portfolio'), '1');
});

test('entities of a document are not expanded', async () => {
  const bomb =
    '<!DOCTYPE a [<!ENTITY x "xxxx"><!ENTITY y SYSTEM "file:///etc/passwd">]><arquivoposicao_4_01>&y;&x;</arquivoposicao_4_01>';
  await writeText(t.folder, 'anbima/a.xml', bomb, 'utf8');
  const result = await run();
  assert.equal(result.exitCode, 1);
  assert.doesNotMatch(result.text, /root:/);
});
