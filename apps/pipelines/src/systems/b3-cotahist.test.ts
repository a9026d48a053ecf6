import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startFundDataHarness, type FundDataHarness } from '../../testing/fund-data-harness.ts';
import { writeQuotes } from '../../testing/generator/b3.ts';
import { quoteFiles } from './b3-cotahist.ts';

let t: FundDataHarness;
before(async () => {
  t = await startFundDataHarness();
});
after(() => t[Symbol.asyncDispose]());
beforeEach(() => t.database.clear());

const run = (from = '31/10/2025') => t.run({ systems: ['b3_cotahist'], from });

test('the fewest files that hold the period are taken', () => {
  assert.deepEqual(quoteFiles('2025-10-30', '2025-11-03', '2025-11-04'), [
    'COTAHIST_D30102025.ZIP',
    'COTAHIST_D31102025.ZIP',
    'COTAHIST_D03112025.ZIP',
  ]);
  assert.deepEqual(quoteFiles('2024-01-01', '2025-01-31', '2025-02-03'), [
    'COTAHIST_A2024.ZIP',
    'COTAHIST_M012025.ZIP',
  ]);
  assert.deepEqual(quoteFiles('2025-12-23', '2025-12-26', '2026-01-05'), [
    'COTAHIST_D23122025.ZIP',
    'COTAHIST_D26122025.ZIP',
  ]);
});

test('quotes are read by position, with their two decimals', async () => {
  await writeQuotes(t.folder, { name: 'COTAHIST_D31102025', days: ['2025-10-31'] });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  assert.deepEqual(
    await t.rows(`SELECT dt::text, codbdi, tpmerc, nomres, codisi, fatcot, dismes, datven::text,
      preult BETWEEN 10 AND 100 AS plausible FROM funds.price WHERE codneg = 'PETR4'`),
    [
      {
        dt: '2025-10-31',
        codbdi: '02',
        tpmerc: '010',
        nomres: 'PETROBRAS',
        codisi: 'BRPETRACNPR6',
        fatcot: 1,
        dismes: 163,
        datven: null,
        plausible: true,
      },
    ],
  );
  assert.equal(
    (await t.value("SELECT datven FROM funds.price WHERE codneg = 'PETRK300'")) !== undefined,
    true,
  );
});

test('broken records are reported with their line, the others are loaded', async () => {
  await writeQuotes(t.folder, { name: 'COTAHIST_D31102025', days: ['2025-10-31'], brokenRows: true });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  const rejected = await result.rejected();
  assert.deepEqual(
    rejected.map((line) => line.split('";"').slice(2, 4)),
    [
      ['5', 'TIPREG'],
      ['6', 'DT'],
    ],
  );
  assert.equal(await t.value('SELECT count(*) FROM funds.price'), '3');
});

test('a file with fewer records than it announces loads nothing', async () => {
  await writeQuotes(t.folder, { name: 'COTAHIST_D31102025', days: ['2025-10-31'], cutQuotes: 1 });
  const result = await run();
  assert.equal(result.exitCode, 1);
  assert.match(result.text, /record 99 says 5 records, 4 came/);
  assert.equal(await t.value('SELECT count(*) FROM funds.price'), '0');
});

test('a month after its single days changes only what differs', async () => {
  await writeQuotes(t.folder, { name: 'COTAHIST_D31102025', days: ['2025-10-31'] });
  await run();
  await writeQuotes(t.folder, { name: 'COTAHIST_M102025', days: ['2025-10-30', '2025-10-31'], seed: 5 });
  const result = await run('01/10/2025');
  assert.equal(result.exitCode, 0, result.text);
  assert.equal(await t.value('SELECT count(*) FROM funds.price'), '6');
});
