import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, beforeEach, test } from 'node:test';
import { startFundDataHarness, type FundDataHarness } from '../../testing/fund-data-harness.ts';
import { dailyLines, newDailyHeader, writeDaily } from '../../testing/generator/daily.ts';
import { cnpjOf } from '../../testing/generator/random.ts';
import { writeZip } from '../../testing/generator/write-zip.ts';

let t: FundDataHarness;
before(async () => {
  t = await startFundDataHarness();
});
after(() => t[Symbol.asyncDispose]());
beforeEach(async () => {
  t.site.clearFaults();
  await t.database.clear();
});

const archive = 'inf_diario_fi_202510.zip';
const daily = (extra: Partial<Parameters<typeof writeDaily>[1]> = {}) =>
  writeDaily(t.folder, { month: '202510', funds: 20, ...extra });
const run = (extra: Partial<Parameters<FundDataHarness['run']>[0]> = {}) =>
  t.run({ systems: ['cvm_diario'], ...extra });
/** Every value of every row: two loads that left the same are equal here. */
const fingerprint = () =>
  t.value(`SELECT md5(string_agg(d::text, '|' ORDER BY cnpj, id_subclasse, dt)) FROM funds.daily d`);

test('a month is loaded whole, and loading the same file again changes nothing', async () => {
  await daily({ subclasses: true });
  const first = await run();
  assert.equal(first.exitCode, 0, first.text);
  assert.equal(await t.value('SELECT count(*) FROM funds.daily'), String((20 + 2) * 23));
  assert.equal(await t.value("SELECT count(*) FROM funds.daily WHERE id_subclasse <> ''"), String(4 * 23));
  const before = await fingerprint();
  const second = await run({ extra: [] });
  assert.equal(second.exitCode, 0);
  assert.match(second.text, /the same file is loaded already/);
  assert.equal(await fingerprint(), before);
  assert.equal(await t.value('SELECT count(*) FROM funds.ingestion'), '1');
  const { files } = await second.summary('cvm_diario');
  assert.deepEqual(
    files.map(({ outcome }) => outcome),
    ['unchanged'],
  );
});

test('quotas keep twelve decimals', async () => {
  await daily({ funds: 1 });
  await run();
  assert.match((await t.value('SELECT max(vl_quota)::text FROM funds.daily')) ?? '', /^\d+\.\d{12}$/);
});

test('the old and the new header are read in one run, masked and bare CNPJ alike', async () => {
  await daily({ oldHeader: true });
  await writeDaily(t.folder, { month: '202511', funds: 20, bareCnpj: true });
  const result = await run({ to: '14/11/2025' });
  assert.equal(result.exitCode, 0, result.text);
  assert.equal(await t.value('SELECT count(DISTINCT cnpj) FROM funds.daily'), '20');
  assert.equal(
    await t.value(`SELECT count(*) FROM funds.daily WHERE cnpj = '${cnpjOf(3)}'`),
    String(23 + 19),
  );
});

test('a restated month replaces exactly the rows that differ, and those that were taken back go', async () => {
  await daily();
  await run();
  const before = await t.rows<{ n: string }>('SELECT xmin::text AS n FROM funds.daily ORDER BY cnpj, dt');
  await daily({ restatedRows: 5, withoutLastFund: true });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  const { files } = await result.summary('cvm_diario');
  assert.deepEqual([files[0]?.rowsChanged, files[0]?.rowsRemoved], [5, 23]);
  assert.equal(await t.value('SELECT count(*) FROM funds.daily'), String(19 * 23));
  const after = await t.rows<{ n: string }>('SELECT xmin::text AS n FROM funds.daily ORDER BY cnpj, dt');
  assert.equal(
    after.filter(({ n }, index) => n !== before[index]?.n).length,
    5,
    'rows that were written anew',
  );
  assert.equal(
    await t.value("SELECT count(*) FROM funds.daily WHERE xmax::text <> '0'"),
    '5',
    'rows that did not change were not even locked',
  );
  assert.equal(await t.value(`SELECT latest_daily FROM funds.fund WHERE cnpj = '${cnpjOf(19)}'`), undefined);
});

test('broken rows are counted and listed with file and line, all others are loaded', async () => {
  await daily({ brokenRows: 5 });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  assert.equal(await t.value('SELECT count(*) FROM funds.daily'), String(20 * 23));
  const rejected = await result.rejected();
  assert.equal(rejected.length, 5);
  assert.match(rejected[0] ?? '', /"cvm_diario";"inf_diario_fi_202510\.csv";"3";"DT_COMPTC";.*2025-02-30/);
  const columns = rejected.map((line) => line.split('";"')[3]);
  assert.deepEqual(columns, ['DT_COMPTC', 'VL_QUOTA', '', 'CNPJ_FUNDO_CLASSE', 'NR_COTST']);
  const { files } = await result.summary('cvm_diario');
  assert.deepEqual([files[0]?.rowsRead, files[0]?.rowsRejected], [20 * 23 + 5, 5]);
  assert.equal(await t.value('SELECT rows_rejected FROM funds.source_file'), '5');
});

test('of rows with the same key in one file the last one counts, and they are counted', async () => {
  await daily({ duplicateRows: 7 });
  const result = await run();
  const { files } = await result.summary('cvm_diario');
  assert.equal(files[0]?.rowsDuplicate, 7);
  assert.equal(await t.value('SELECT count(*) FROM funds.daily WHERE vl_quota < 0.001'), '0');
  assert.equal(await t.value('SELECT count(*) FROM funds.daily'), String(20 * 23));
});

test('a month that is not published is named, with what to do, and the others are loaded', async () => {
  await daily();
  const result = await run({ from: '01/09/2025' });
  assert.equal(result.exitCode, 1);
  assert.match(
    result.text,
    /\[ERROR\] \[CVM - DIARIO\] not published: 09\/2025 .*inf_diario_fi_202509\.zip.*run again/,
  );
  assert.equal(await t.value('SELECT count(*) FROM funds.daily'), String(20 * 23));
});

test('an archive that is cut or damaged loads nothing, is fetched once more, and is named', async () => {
  await daily();
  t.site.addFault({ path: archive, kind: 'corrupt' });
  const result = await run({ extra: ['--limpar'] });
  assert.equal(result.exitCode, 1);
  assert.match(result.text, /ZIP file is cut or damaged/);
  assert.equal(
    t.site.requests.filter(({ path, status }) => path.endsWith(archive) && status === 200).length >= 2,
    true,
  );
  assert.equal(await t.value('SELECT count(*) FROM funds.daily'), '0');
  t.site.clearFaults();
  assert.equal((await run()).exitCode, 0, 'the damaged file must not stay in the cache');
});

test('a site that stalls or is down is a temporary failure: exit code 75', async () => {
  await daily({ seed: 7 });
  t.site.addFault({ path: archive, kind: 'status', status: 503 });
  const result = await run({ extra: ['--limpar'] });
  assert.equal(result.exitCode, 75, result.text);
  assert.match(result.text, /\[ERROR\] \[CVM - DIARIO\] .*inf_diario_fi_202510\.zip.*503/);
});

test('a file in which every row is bad loads nothing; one without rows is a month without rows', async () => {
  const path = `dados/FI/DOC/INF_DIARIO/DADOS/${archive}`;
  const write = (lines: string[]) =>
    writeZip(t.folder, path, [{ name: 'inf_diario_fi_202510.csv', lines: [newDailyHeader, ...lines] }]);
  await write(['CLASSES - FIF;00.000.000/0000-00;;2025-10-01;1,0;1,0;1,0;0,0;0,0;1']);
  const result = await run();
  assert.equal(result.exitCode, 1);
  assert.match(result.text, /every one of its 1 rows is bad/);
  assert.equal(await t.value('SELECT count(*) FROM funds.source_file'), '0');
  await write([]);
  assert.equal((await run()).exitCode, 0);
});

test('a dry run reads and checks everything and loads nothing, without a database', async () => {
  await daily({ brokenRows: 2 });
  const result = await run({ extra: ['--dry-run'], config: { databaseUrl: undefined } });
  assert.equal(result.exitCode, 0, result.text);
  const { files } = await result.summary('cvm_diario');
  assert.deepEqual([files[0]?.outcome, files[0]?.rowsRejected], ['checked', 2]);
});

test('a folder serves as well as a site', async () => {
  await daily();
  assert.equal((await run({ fromFolder: true })).exitCode, 0);
  assert.equal(await t.value('SELECT count(*) FROM funds.daily'), String(20 * 23));
});

test('months before the period are loaded too when asked for', async () => {
  await daily();
  await writeDaily(t.folder, { month: '202509', funds: 2 });
  const result = await run({ extra: ['--opcao', 'cvm_diario.meses_anteriores=1'] });
  assert.equal(result.exitCode, 0, result.text);
  assert.equal(await t.value('SELECT count(DISTINCT source_file_id) FROM funds.daily'), '2');
});

test('old years come from the yearly archive, which is read once', async () => {
  await writeZip(t.folder, 'dados/FI/DOC/INF_DIARIO/DADOS/HIST/inf_diario_fi_2019.zip', [
    { name: 'inf_diario_fi_201911.csv', lines: dailyLines({ month: '201911', funds: 2, oldHeader: true }) },
    { name: 'inf_diario_fi_201912.csv', lines: dailyLines({ month: '201912', funds: 2, oldHeader: true }) },
  ]);
  const result = await run({ from: '01/11/2019', to: '31/12/2019' });
  assert.equal(result.exitCode, 0, result.text);
  assert.equal(await t.value("SELECT count(DISTINCT to_char(dt, 'YYYYMM')) FROM funds.daily"), '2');
  assert.equal((await result.summary('cvm_diario')).files.length, 1);
});

test('the fund list and the totals follow what is loaded', async () => {
  await daily({ subclasses: true });
  await run();
  assert.equal(await t.value('SELECT count(*) FROM funds.fund'), '20');
  assert.equal(
    await t.value(`SELECT f.net_worth = sum(d.vl_patrim_liq) FROM funds.fund f JOIN funds.daily d USING (cnpj)
      WHERE cnpj = '${cnpjOf(9)}' AND d.dt = '2025-10-31' GROUP BY f.net_worth`),
    'true',
    'a fund of two subclasses is their sum',
  );
  assert.equal(
    await t.value(`SELECT bool_and(t.net_worth = s.total) FROM funds.daily_total t
      JOIN (SELECT dt, sum(vl_patrim_liq) AS total FROM funds.daily GROUP BY dt) s USING (dt)`),
    'true',
  );
});

const locksOfOthers = `SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  WHERE c.relnamespace = 'funds'::regnamespace AND l.pid <> pg_backend_pid()`;

test('a run that is killed in the middle of a load leaves nothing of it, and the next run loads all', async () => {
  await daily({ funds: 300 });
  const config = await t.writeConfig({
    databaseUrl: t.database.url,
    sources: { cvm: `${t.folder}/dados` },
    cacheFolder: t.cacheFolder,
  });
  const main = new URL('../../fund-data/main.ts', import.meta.url).pathname;
  const period = ['--data-inicial', '01/10/2025', '--data-final', '31/10/2025'];
  await t.database.owner.query('BEGIN; LOCK TABLE funds.fund IN SHARE MODE');
  const child = spawn(process.execPath, [main, '--sistemas', 'cvm_diario', ...period, '--config', config], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  // It waits for this lock when the rows of the month are in the table and not yet committed.
  while ((await t.value('SELECT count(*) FROM pg_locks WHERE NOT granted')) === '0')
    assert.equal(child.exitCode, null, 'the load was over before it could be killed');
  child.kill('SIGKILL');
  await exited;
  await t.database.owner.query('ROLLBACK');
  while ((await t.value(locksOfOthers)) !== '0');
  assert.equal(await t.value('SELECT count(*) FROM funds.daily'), '0');
  assert.equal(await t.value('SELECT count(*) FROM funds.source_file'), '0');
  assert.equal((await run()).exitCode, 0);
  assert.equal(await t.value('SELECT count(*) FROM funds.daily'), String(300 * 23));
});
