import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startFundDataHarness, type FundDataHarness } from '../../testing/fund-data-harness.ts';
import { fidcKeyHeader, fidcTables } from '../../testing/generator/fidc-headers.ts';
import { firstFidcFund, writeFidc } from '../../testing/generator/fidc.ts';
import { cnpjOf } from '../../testing/generator/random.ts';

let t: FundDataHarness;
before(async () => {
  t = await startFundDataHarness();
});
after(() => t[Symbol.asyncDispose]());
beforeEach(() => t.database.clear());

const run = () => t.run({ systems: ['cvm_fidc'] });

test('the generator writes the 17 tables with as many columns as the published ones', () => {
  const columns = Object.entries(fidcTables).map(
    ([tab, own]) => `${tab} ${fidcKeyHeader.length + own.length}`,
  );
  assert.equal(
    columns.join(', '),
    'I 109, II 37, III 13, IV 6, V 37, VI 37, VII 29, IX 76, X 23, X_1 7, X_1_1 36, X_2 7, X_3 6, X_4 8, X_5 11, X_6 7, X_7 6',
  );
});

test('all tables are kept row by row, and every figure can be read in long form', async () => {
  await writeFidc(t.folder, { month: '202510', funds: 4 });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  assert.equal(await t.value('SELECT count(DISTINCT tab) FROM funds.fidc_row'), '17');
  assert.equal(await t.value("SELECT count(*) FROM funds.fidc_row WHERE tab = 'X_2'"), String(4 * 3));
  assert.deepEqual(
    await t.rows(`SELECT series, value FROM funds.fidc_value
      WHERE cnpj = '${cnpjOf(firstFidcFund)}' AND tab = 'X_2' AND field = 'TAB_X_VL_COTA' ORDER BY series LIMIT 1`),
    [{ series: 'Subordinada 1', value: '1234.567800' }],
  );
});

test('reports whose assets less liabilities are not the net worth are counted and named', async () => {
  await writeFidc(t.folder, { month: '202510', funds: 4, inconsistent: 2 });
  const result = await run();
  assert.equal(result.exitCode, 0);
  assert.match(
    result.text,
    /\[WARN\] \[CVM - FIDC\] .*in 2 reports assets less liabilities differ .*-10\.00/,
  );
  assert.deepEqual(
    await t.rows('SELECT difference::text FROM funds.fidc WHERE difference <> 0 ORDER BY cnpj'),
    [{ difference: '-10.00' }, { difference: '-10.00' }],
  );
  assert.deepEqual(
    await t.rows('SELECT gap::text, count(*)::int AS n FROM funds.reconciliation GROUP BY gap ORDER BY gap'),
    [
      { gap: '0.00', n: 2 },
      { gap: '10.00', n: 2 },
    ],
  );
});

test('credit rights are tables I2A and I2B and the shares of other FIDC', async () => {
  await writeFidc(t.folder, { month: '202510', funds: 1 });
  await run();
  assert.equal(
    await t.value(`SELECT c.value = f.vl_dircred_risco + f.vl_dircred_sem_risco + f.vl_cota_fidc FROM funds.fidc f
      JOIN funds.composition c ON c.cnpj = f.cnpj AND c.asset_class = 'direitos_creditorios'`),
    'true',
  );
  assert.equal(await t.value('SELECT admin FROM funds.fidc'), 'ADMINISTRADORA AÇÃO DTVM S.A.');
});

test('loading again changes nothing; a restated month replaces its rows', async () => {
  await writeFidc(t.folder, { month: '202510', funds: 3 });
  await run();
  const rows = await t.value('SELECT count(*) FROM funds.fidc_row');
  assert.match((await run()).text, /loaded already/);
  await writeFidc(t.folder, { month: '202510', funds: 3, seed: 2 });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  assert.equal(await t.value('SELECT count(*) FROM funds.fidc_row'), rows);
  assert.equal(await t.value('SELECT count(*) FROM funds.fidc'), '3');
});
