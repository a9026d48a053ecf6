import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { waitFor } from '../../../../test/wait.ts';
import { createPipelinesBed, type PipelinesBed } from '../test-kit.ts';

/** The pipeline that ships, in its confinement, on files in the publishers' formats. */
const apps = join(import.meta.dirname, '../../../../../../apps/pipelines');
let files: string;
let bed: PipelinesBed;

before(async () => {
  files = await mkdtemp(join(tmpdir(), 'dumont-public-files-'));
  const generate = join(apps, 'testing/generate.ts');
  const options = ['--folder', files, '--month', '202510', '--funds', '60'];
  await promisify(execFile)(process.execPath, [generate, ...options]);
  bed = await createPipelinesBed({
    pipelineFolders: [apps],
    sources: { cvm: join(files, 'dados'), bcb: join(files, 'dados/serie') },
  });
});
after(async () => {
  await bed[Symbol.asyncDispose]();
  await rm(files, { recursive: true, force: true });
});

test('before anything is loaded the portfolio says so, and every list is empty', async () => {
  const portfolio = await bed.call('getPortfolio');
  assert.equal(portfolio.hasData, false);
  assert.equal(portfolio.netWorth, null);
  for (const list of [portfolio.composition, portfolio.holdings, portfolio.series, portfolio.loads]) {
    assert.deepEqual(list, []);
  }
  assert.deepEqual((await bed.call('listPortfolioFunds')).items, []);
});

test('after a run of the shipped pipeline the portfolio is that of the files', async () => {
  const { job_id } = await bed.call('executar', {
    body: {
      sistemas: ['cvm_diario', 'cvm_cda', 'cvm_fidc', 'cvm_registro', 'bcb_sgs'],
      data_inicial: '01/10/2025',
      data_final: '31/10/2025',
      opcoes: { series: '11,12' },
    },
  });
  const job = await waitFor('the run', async () => {
    const found = await bed.call('lerJob', { params: { id: job_id } });
    return found.finished_at !== null && found;
  });
  assert.equal(job.status, 'completed', JSON.stringify([job.error, job.logs.slice(-10)]));

  const all = await bed.call('getPortfolio');
  assert.equal(all.hasData, true);
  assert.equal(all.series.length, 23);
  assert.equal(all.date, '2025-10-31');
  const { rows } = await bed.runs.database.pool.query<{ sum: string }>(
    `SELECT round(sum(net_worth), 2)::text AS sum FROM funds.fund_daily WHERE dt = '2025-10-31'`,
  );
  assert.equal(all.netWorth, rows[0]?.sum);
  assert.equal(all.benchmark[0]?.factor, 1);
  assert.ok((all.benchmark.at(-1)?.factor ?? 0) > 1);
  assert.ok(all.loads.length >= 4);
  const weights = all.composition.reduce((sum, { weight }) => sum + weight, 0);
  assert.ok(Math.abs(weights - 1) < 1e-9, String(weights));
});

test('composition, holdings and the reported net worth of a fund are reconciled', async () => {
  const { items } = await bed.call('listPortfolioFunds', { query: { limit: 200 } });
  const withPositions = items.find(({ hasPositions }) => hasPositions);
  assert.ok(withPositions);
  const fund = await bed.call('getPortfolio', { query: { fund: withPositions.cnpj } });
  assert.equal(fund.fund?.cnpj, withPositions.cnpj);
  const total = (values: readonly { value: string }[]) =>
    values.reduce((sum, { value }) => sum + Number(value), 0);
  const held = total(fund.holdings) + Number(fund.moreHoldings.value);
  assert.ok(Math.abs(held - total(fund.composition)) < 0.05, `${held} ${total(fund.composition)}`);
  assert.ok(fund.reconciliation);
  const { positions, netWorth, gap } = fund.reconciliation;
  assert.ok(Math.abs(Number(netWorth) - Number(positions) - Number(gap)) < 0.005);
  assert.equal(fund.evolution.length, 1);
  const later = await bed.call('getPortfolio', { query: { fund: withPositions.cnpj, from: '2026-01-01' } });
  assert.deepEqual(later.series, []);
  await assert.rejects(
    bed.call('getPortfolio', { query: { fund: '99999999999962' } }),
    (error) => (error as { code?: string }).code === 'portfolio.fund_not_found',
  );
});

test('the list of funds has each fund once, the largest first, page by page', async () => {
  const whole = (await bed.call('listPortfolioFunds', { query: { limit: 200 } })).items;
  const paged = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: 7, ...(cursor === null ? {} : { cursor }) };
    const page = await bed.call('listPortfolioFunds', { query });
    paged.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  assert.deepEqual(paged, whole);
  const worths = whole.map(({ netWorth }) => (netWorth === null ? -1 : Number(netWorth)));
  assert.deepEqual(
    worths,
    worths.toSorted((a, b) => b - a),
  );
  const [first] = whole;
  assert.ok(first);
  const masked = first.cnpj.replace(/(..)(...)(...)(....)(..)/, '$1.$2.$3/$4-$5');
  const found = await bed.call('listPortfolioFunds', { query: { search: masked } });
  assert.deepEqual(found.items, [first]);
});

test('of a fund with several reports for a day one counts, for all funds and for itself', async () => {
  const { pool } = bed.runs.database;
  const { rows } = await pool.query<{ cnpj: string; dt: string }>(
    `SELECT cnpj, to_char(dt, 'YYYY-MM-DD') AS dt FROM funds.composition WHERE source = 'cda' LIMIT 1`,
  );
  const [report] = rows;
  assert.ok(report);
  await pool.query(
    `INSERT INTO funds.composition (cnpj, dt, source, asset_class, value, positions)
     VALUES ($1, $2, 'anbima', 'caixa', 123.45, 1)`,
    [report.cnpj, report.dt],
  );
  const expected = await pool.query<{ sum: string }>(
    `SELECT round(sum(value), 2)::text AS sum FROM funds.composition
     WHERE dt = $2 AND NOT (cnpj = $1 AND source <> 'anbima')`,
    [report.cnpj, report.dt],
  );
  // A period of its own, so that nothing kept is answered.
  const all = await bed.call('getPortfolio', { query: { from: '2025-01-01' } });
  const sum = all.composition.reduce((total, { value }) => total + Number(value), 0);
  assert.ok(Math.abs(sum - Number(expected.rows[0]?.sum)) < 0.05, `${sum} ${expected.rows[0]?.sum}`);
  const fund = await bed.call('getPortfolio', { query: { fund: report.cnpj } });
  assert.deepEqual(fund.composition, [{ assetClass: 'caixa', value: '123.45', weight: 1 }]);
});
