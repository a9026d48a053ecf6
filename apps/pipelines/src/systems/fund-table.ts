import type { LoadTransaction } from '../lib/staging.ts';

/**
 * Keeps `funds.fund` and the totals in step with what a load brought. All of it runs in the load's transaction, so
 * that a reader never sees one without the other.
 */

/** After a load of `funds.daily`: the latest figures of the funds that the days of the file touch, and their totals. */
export async function refreshDaily(transaction: LoadTransaction, removed: boolean): Promise<void> {
  const { span } = transaction;
  if (!span) return;
  const days = [span.first, span.last];
  await transaction.run(
    `CREATE TEMPORARY TABLE fund_day ON COMMIT DROP AS
     SELECT * FROM funds.fund_daily WHERE dt BETWEEN '${span.first}' AND '${span.last}'`,
  );
  await transaction.run(
    `INSERT INTO funds.fund AS f (cnpj, kind, latest_daily, net_worth, quota, shareholders, inflow, outflow)
     SELECT cnpj, kind, dt, net_worth, quota, shareholders, inflow, outflow
     FROM fund_day JOIN (SELECT cnpj, max(dt) AS dt FROM fund_day GROUP BY cnpj) latest USING (cnpj, dt)
     ON CONFLICT (cnpj) DO UPDATE SET kind = coalesce(excluded.kind, f.kind), latest_daily = excluded.latest_daily,
       net_worth = excluded.net_worth, quota = excluded.quota, shareholders = excluded.shareholders,
       inflow = excluded.inflow, outflow = excluded.outflow
     WHERE f.latest_daily IS NULL OR f.latest_daily <= $1`,
    [span.last],
  );
  if (removed)
    // Funds whose latest day was taken back fall back to the day before it, or to none.
    await transaction.run(
      `UPDATE funds.fund f
       SET (latest_daily, net_worth, quota, shareholders, inflow, outflow) = (
         SELECT dt, net_worth, quota, shareholders, inflow, outflow
         FROM funds.fund_daily d WHERE d.cnpj = f.cnpj ORDER BY dt DESC LIMIT 1)
       WHERE f.latest_daily BETWEEN $1 AND $2
         AND NOT EXISTS (SELECT FROM funds.daily d WHERE d.cnpj = f.cnpj AND d.dt = f.latest_daily)`,
      days,
    );
  await transaction.run('DELETE FROM funds.daily_total WHERE dt BETWEEN $1 AND $2', days);
  await transaction.run(
    `INSERT INTO funds.daily_total (dt, funds, net_worth, inflow, outflow, shareholders)
     SELECT dt, count(*), coalesce(sum(net_worth), 0), coalesce(sum(inflow), 0), coalesce(sum(outflow), 0),
       coalesce(sum(shareholders), 0)
     FROM fund_day GROUP BY dt`,
  );
}

/**
 * After a load of positions of one `source`: composition of the days of the file, and who has positions. `cnpjs`: only
 * these funds changed, which for a file of one fund saves adding up the day of all others.
 */
export async function refreshPositions(
  transaction: LoadTransaction,
  source: 'cda' | 'fidc' | 'anbima',
  cnpjs?: readonly string[],
): Promise<void> {
  const { span } = transaction;
  if (!span) return;
  const values = [span.first, span.last, source, ...(cnpjs ? [cnpjs] : [])];
  const changed = `dt BETWEEN $1 AND $2 AND source = $3${cnpjs ? ' AND cnpj = ANY($4::bpchar[])' : ''}`;
  await transaction.run(`DELETE FROM funds.composition WHERE ${changed}`, values);
  await transaction.run(
    `INSERT INTO funds.composition (cnpj, dt, source, asset_class, value, positions)
     SELECT cnpj, dt, source, asset_class, sum(value), count(*)
     FROM funds.position WHERE ${changed}
     GROUP BY cnpj, dt, source, asset_class`,
    values,
  );
  await transaction.run(
    `INSERT INTO funds.fund AS f (cnpj, latest_positions, positions_source)
     SELECT cnpj, max(dt), $3 FROM funds.composition WHERE ${changed} GROUP BY cnpj
     ON CONFLICT (cnpj) DO UPDATE
     SET latest_positions = excluded.latest_positions, positions_source = excluded.positions_source
     WHERE f.latest_positions IS NULL OR f.latest_positions <= excluded.latest_positions`,
    values,
  );
  // Funds whose latest positions were taken back fall back to those before, or to none.
  await transaction.run(
    `UPDATE funds.fund f
     SET (latest_positions, positions_source) = (
       SELECT dt, source FROM funds.composition c WHERE c.cnpj = f.cnpj ORDER BY dt DESC LIMIT 1)
     WHERE latest_positions BETWEEN $1 AND $2 AND NOT EXISTS (
       SELECT FROM funds.composition c WHERE c.cnpj = f.cnpj AND c.dt = f.latest_positions)`,
    values.slice(0, 2),
  );
}
