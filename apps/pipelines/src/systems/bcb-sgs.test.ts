import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startFundDataHarness, type FundDataHarness } from '../../testing/fund-data-harness.ts';
import { writeSeries } from '../../testing/generator/bcb.ts';
import { writeText } from '../../testing/generator/write-zip.ts';

let t: FundDataHarness;
before(async () => {
  t = await startFundDataHarness();
});
after(() => t[Symbol.asyncDispose]());
beforeEach(async () => {
  t.site.clearFaults();
  await t.database.clear();
});

const run = (series: string, extra: Partial<Parameters<FundDataHarness['run']>[0]> = {}) =>
  t.run({ systems: ['bcb_sgs'], ...extra, extra: ['--opcao', `bcb_sgs.series=${series}`] });

test('the values of the period are loaded, from the site and from a folder', async () => {
  await writeSeries(t.folder, 12, '2025-09-01', '2025-11-14', '0.055131');
  for (const fromFolder of [false, true]) {
    await t.database.clear();
    const result = await run('12', { fromFolder });
    assert.equal(result.exitCode, 0, result.text);
    assert.deepEqual(
      await t.rows(
        'SELECT series, count(*)::int AS n, min(value)::text AS v FROM funds.benchmark GROUP BY series',
      ),
      [{ series: 12, n: 23, v: '0.055131' }],
    );
  }
});

test('a span without values is no failure', async () => {
  await writeSeries(t.folder, 433, '2025-09-01', '2025-09-01', '0.48');
  const result = await run('433');
  assert.equal(result.exitCode, 0, result.text);
  assert.match(
    result.text,
    /\[WARN\] \[BCB - SGS\] series 433 has no value from 01\/10\/2025 to 31\/10\/2025 yet/,
  );
});

test('a corrected value replaces the old one', async () => {
  await writeSeries(t.folder, 11, '2025-10-01', '2025-10-31', '0.05');
  await run('11');
  await writeSeries(t.folder, 11, '2025-10-01', '2025-10-31', '0.06');
  const result = await run('11');
  assert.equal(result.exitCode, 0, result.text);
  assert.deepEqual(await t.rows('SELECT DISTINCT value::text AS v FROM funds.benchmark'), [{ v: '0.06' }]);
});

test('a value that is none is reported, the others are loaded', async () => {
  const values = [
    { data: '01/10/2025', valor: '0.05' },
    { data: '31/02/2025', valor: '0.05' },
    { data: '02/10/2025', valor: 'n/d' },
  ];
  await writeText(t.folder, 'dados/serie/bcdata.sgs.77.json', JSON.stringify(values), 'utf8');
  const result = await run('77', { fromFolder: true });
  assert.equal(result.exitCode, 0, result.text);
  assert.equal((await result.rejected()).length, 2);
  assert.equal(await t.value('SELECT count(*) FROM funds.benchmark'), '1');
});

test('a page instead of values is a temporary failure, a wrong series number a clear one', async () => {
  t.site.addFault({ path: 'bcdata.sgs.12', kind: 'page' });
  const result = await run('12');
  assert.equal(result.exitCode, 75, result.text);
  assert.match(result.text, /no JSON/);
  const wrong = await run('CDI');
  assert.equal(wrong.exitCode, 1);
  assert.match(wrong.text, /"CDI" must list series numbers/);
});

test('more than ten years are asked for in parts', async () => {
  await writeSeries(t.folder, 12, '2010-01-04', '2025-10-31', '0.05');
  const before = t.site.requests.length;
  const result = await run('12', { from: '01/01/2010' });
  assert.equal(result.exitCode, 0, result.text);
  assert.equal(t.site.requests.length - before, 2);
  assert.equal(
    await t.value("SELECT min(dt) = '2010-01-04' AND max(dt) = '2025-10-31' FROM funds.benchmark"),
    'true',
  );
});
