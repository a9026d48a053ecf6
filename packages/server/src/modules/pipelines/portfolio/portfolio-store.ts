import { sql } from 'kysely';
import type { Executor } from '../../../kernel/db/database.ts';

/** What of the loaded data makes a portfolio. Dates are `YYYY-MM-DD`, money is text with two digits. */

export interface Period {
  /** Undefined: no bound. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface SeriesRow {
  readonly date: string;
  readonly netWorth: string;
  readonly quota: string | null;
  readonly inflow: string;
  readonly outflow: string;
  readonly shareholders: number | null;
}

export interface ClassRow {
  readonly date: string;
  readonly assetClass: string;
  readonly value: string;
}

export interface HoldingRow {
  readonly code: string | null;
  readonly description: string;
  readonly issuer: string | null;
  readonly assetClass: string;
  readonly quantity: string | null;
  readonly value: string;
}

export interface LoadRow {
  readonly source: string;
  readonly file: string;
  readonly loadedAt: Date;
  readonly rows: number;
  readonly rejected: number;
}

/** Changes with every load that changed something, in the same transaction. */
export const readVersion = async (db: Executor): Promise<string> => {
  const { rows } = await sql<{ version: string }>`
    SELECT coalesce((SELECT max(id) FROM funds.ingestion), 0) || ' '
      || coalesce((SELECT max(id) FROM funds.source_file), 0) AS version`.execute(db);
  return rows[0]?.version ?? '';
};

export const countFunds = async (db: Executor): Promise<number> => {
  const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM funds.fund`.execute(db);
  return rows[0]?.count ?? 0;
};

/** The newest files first. */
export const listLoads = async (db: Executor, limit: number): Promise<readonly LoadRow[]> => {
  const { rows } = await sql<LoadRow>`
    SELECT system AS source, name AS file, loaded_at AS "loadedAt", rows_read AS rows, rows_rejected AS rejected
    FROM funds.source_file ORDER BY loaded_at DESC, id DESC LIMIT ${limit}`.execute(db);
  return rows;
};

/** Day of the newest figures up to `to`, of a fund or of all. */
export const findLatestDay = async (
  db: Executor,
  cnpj: string | undefined,
  to: string | undefined,
): Promise<string | undefined> => {
  const bound = to === undefined ? sql`true` : sql`dt <= ${to}::date`;
  const source =
    cnpj === undefined ? sql`funds.daily_total WHERE true` : sql`funds.daily WHERE cnpj = ${cnpj}`;
  const { rows } = await sql<{ date: string | null }>`
    SELECT to_char(max(dt), 'YYYY-MM-DD') AS date FROM ${source} AND ${bound}`.execute(db);
  return rows[0]?.date ?? undefined;
};

export const listSeries = async (
  db: Executor,
  cnpj: string | undefined,
  period: { readonly from: string; readonly to: string },
): Promise<readonly SeriesRow[]> => {
  const source =
    cnpj === undefined
      ? sql`(SELECT dt, net_worth, NULL::numeric AS quota, inflow, outflow, shareholders FROM funds.daily_total) d WHERE true`
      : sql`funds.fund_daily WHERE cnpj = ${cnpj}`;
  const { rows } = await sql<SeriesRow>`
    SELECT to_char(dt, 'YYYY-MM-DD') AS date, round(coalesce(net_worth, 0), 2)::text AS "netWorth",
      quota::text AS quota, round(coalesce(inflow, 0), 2)::text AS inflow,
      round(coalesce(outflow, 0), 2)::text AS outflow, shareholders
    FROM ${source} AND dt BETWEEN ${period.from}::date AND ${period.to}::date
    ORDER BY dt`.execute(db);
  return rows;
};

/** CDI (series 12 of the central bank), percent a day. */
export const listCdi = async (
  db: Executor,
  period: { readonly from: string; readonly to: string },
): Promise<readonly { readonly date: string; readonly percent: number }[]> => {
  const { rows } = await sql<{ date: string; percent: number }>`
    SELECT to_char(dt, 'YYYY-MM-DD') AS date, value::double precision AS percent
    FROM funds.benchmark
    WHERE series = 12 AND dt BETWEEN ${period.from}::date AND ${period.to}::date
    ORDER BY dt`.execute(db);
  return rows;
};

/** A report that a composition is read from. */
export interface CompositionDay {
  readonly date: string;
  /** Undefined for all funds, which have several. */
  readonly source: string | undefined;
}

/**
 * The last day with positions of each month, newest first. One fund may have several reports for a day: the more
 * exact one counts, which is the first by name (anbima, cda, fidc).
 */
export const listFundCompositionDays = async (
  db: Executor,
  cnpj: string,
  period: Period,
): Promise<readonly CompositionDay[]> => {
  const { rows } = await sql<CompositionDay>`
    SELECT DISTINCT ON (date_trunc('month', dt)) to_char(dt, 'YYYY-MM-DD') AS date, source
    FROM funds.composition
    WHERE cnpj = ${cnpj}
      AND dt BETWEEN coalesce(${period.from ?? null}::date, '-infinity') AND coalesce(${period.to ?? null}::date, 'infinity')
    ORDER BY date_trunc('month', dt) DESC, dt DESC, source`.execute(db);
  return rows;
};

/**
 * Days with positions of any fund, newest first: of each month its last calendar day, on which all funds report, else
 * the last day that has some. Hops over the index instead of reading each position.
 */
export const listCompositionDays = async (
  db: Executor,
  period: Period,
): Promise<readonly CompositionDay[]> => {
  const { rows } = await sql<{ date: string }>`
    WITH RECURSIVE day AS (
      SELECT max(dt) AS dt FROM funds.composition WHERE dt <= coalesce(${period.to ?? null}::date, 'infinity')
      UNION ALL
      SELECT (SELECT max(c.dt) FROM funds.composition c WHERE c.dt < day.dt) FROM day WHERE day.dt IS NOT NULL
        AND day.dt >= coalesce(${period.from ?? null}::date, '-infinity')
    )
    SELECT DISTINCT ON (date_trunc('month', dt)) to_char(dt, 'YYYY-MM-DD') AS date
    FROM day
    WHERE dt IS NOT NULL AND dt >= coalesce(${period.from ?? null}::date, '-infinity')
    ORDER BY date_trunc('month', dt) DESC, dt DESC`.execute(db);
  return rows.map(({ date }) => ({ date, source: undefined }));
};

/** Sums by day and asset class of the given reports of a fund. */
export const listFundClasses = async (
  db: Executor,
  cnpj: string,
  days: readonly CompositionDay[],
): Promise<readonly ClassRow[]> => {
  const { rows } = await sql<ClassRow>`
    SELECT to_char(dt, 'YYYY-MM-DD') AS date, asset_class AS "assetClass", round(value, 2)::text AS value
    FROM funds.composition
    JOIN unnest(${days.map(({ date }) => date)}::date[], ${days.map(({ source }) => source ?? '')}::text[]) AS d (dt, source)
      USING (dt, source)
    WHERE cnpj = ${cnpj}
    ORDER BY dt`.execute(db);
  return rows;
};

/**
 * Funds with several reports for one of the days, and the one that counts. Few funds have that, so that looking them up
 * first is twenty times faster than asking for each position (measured on a year of CDA).
 */
const several = (dates: readonly string[]) => sql`
  SELECT cnpj, dt, min(source) AS first FROM funds.composition WHERE dt = ANY (${dates}::date[])
  GROUP BY cnpj, dt HAVING min(source) <> max(source)`;

/** As above over all funds; of a fund with several reports for a day one counts. */
export const listClasses = async (
  db: Executor,
  days: readonly CompositionDay[],
): Promise<readonly ClassRow[]> => {
  const dates = days.map(({ date }) => date);
  const { rows } = await sql<ClassRow>`
    WITH several AS MATERIALIZED (${several(dates)}), superseded AS (
      SELECT c.dt, c.asset_class, sum(c.value) AS value, count(*) AS count
      FROM several s JOIN funds.composition c ON c.cnpj = s.cnpj AND c.dt = s.dt AND c.source <> s.first
      GROUP BY c.dt, c.asset_class
    ), total AS (
      SELECT dt, asset_class, sum(value) AS value, count(*) AS count
      FROM funds.composition WHERE dt = ANY (${dates}::date[])
      GROUP BY dt, asset_class
    )
    SELECT to_char(t.dt, 'YYYY-MM-DD') AS date, t.asset_class AS "assetClass",
      round(t.value - coalesce(s.value, 0), 2)::text AS value
    FROM total t LEFT JOIN superseded s USING (dt, asset_class)
    WHERE t.count > coalesce(s.count, 0)
    ORDER BY t.dt`.execute(db);
  return rows;
};

export interface Holdings {
  readonly largest: readonly HoldingRow[];
  readonly more: { readonly count: number; readonly value: string };
}

type RankedHolding = HoldingRow & {
  readonly moreCount: number;
  readonly moreValue: string | null;
};

const split = (rows: readonly RankedHolding[]): Holdings => ({
  largest: rows.map(({ moreCount: _, moreValue: __, ...row }) => row),
  more: { count: rows[0]?.moreCount ?? 0, value: rows[0]?.moreValue ?? '0.00' },
});

/** The largest `limit` holdings of one report, and the sum of the others. */
export const listFundHoldings = async (
  db: Executor,
  cnpj: string,
  day: CompositionDay,
  limit: number,
): Promise<Holdings> => {
  const { rows } = await sql<RankedHolding>`
    WITH held AS (
      SELECT code, description, issuer, asset_class, quantity, value,
        row_number() OVER (ORDER BY value DESC, code, description) AS place
      FROM funds.holding
      WHERE source = ${day.source ?? ''} AND cnpj = ${cnpj} AND dt = ${day.date}::date
    )
    SELECT code, description, issuer, asset_class AS "assetClass", quantity::text AS quantity,
      round(value, 2)::text AS value,
      (SELECT count(*) FROM held WHERE place > ${limit}) AS "moreCount",
      (SELECT round(coalesce(sum(value), 0), 2)::text FROM held WHERE place > ${limit}) AS "moreValue"
    FROM held WHERE place <= ${limit} ORDER BY place`.execute(db);
  return split(rows);
};

/** As above, summed over all funds. */
export const listAllHoldings = async (db: Executor, date: string, limit: number): Promise<Holdings> => {
  const { rows } = await sql<RankedHolding>`
    WITH several AS MATERIALIZED (${several([date])}), held AS (
      SELECT p.code, p.description, max(p.issuer) AS issuer, p.asset_class, sum(p.quantity) AS quantity,
        sum(p.value) AS value
      FROM funds.position p
      WHERE p.dt = ${date}::date
        AND NOT EXISTS (SELECT FROM several s WHERE s.cnpj = p.cnpj AND s.first <> p.source)
      GROUP BY p.asset_class, p.code, p.description
    ), ranked AS (
      SELECT *, row_number() OVER (ORDER BY value DESC, code, description) AS place FROM held
    )
    SELECT code, description, issuer, asset_class AS "assetClass", quantity::text AS quantity,
      round(value, 2)::text AS value,
      (SELECT count(*) FROM ranked WHERE place > ${limit}) AS "moreCount",
      (SELECT round(coalesce(sum(value), 0), 2)::text FROM ranked WHERE place > ${limit}) AS "moreValue"
    FROM ranked WHERE place <= ${limit} ORDER BY place`.execute(db);
  return split(rows);
};

export interface ReconciliationRow {
  readonly positions: string;
  readonly netWorth: string;
  readonly gap: string;
  readonly gapShare: number | null;
}

const reconciled = sql`
  round(positions, 2)::text AS positions, round(net_worth, 2)::text AS "netWorth",
  (round(net_worth, 2) - round(positions, 2))::text AS gap,
  ((net_worth - positions) / nullif(net_worth, 0))::double precision AS "gapShare"`;

/** Undefined where the report does not state a net worth. */
export const findFundReconciliation = async (
  db: Executor,
  cnpj: string,
  day: CompositionDay,
): Promise<ReconciliationRow | undefined> => {
  const { rows } = await sql<ReconciliationRow>`
    SELECT ${reconciled} FROM funds.reconciliation
    WHERE cnpj = ${cnpj} AND dt = ${day.date}::date AND source = ${day.source ?? ''} AND net_worth IS NOT NULL`.execute(
    db,
  );
  return rows[0];
};

/** All funds that report a net worth for the day, also those whose positions are not (yet) public. */
export const findReconciliation = async (
  db: Executor,
  date: string,
): Promise<ReconciliationRow | undefined> => {
  const { rows } = await sql<ReconciliationRow>`
    WITH reported AS (
      SELECT DISTINCT ON (cnpj) cnpj, source, net_worth
      FROM funds.reported_net_worth
      WHERE dt = ${date}::date AND net_worth IS NOT NULL
      ORDER BY cnpj, source
    ), total AS (
      SELECT (SELECT sum(net_worth) FROM reported) AS net_worth,
        (SELECT coalesce(sum(c.value), 0) FROM reported r
         JOIN funds.composition c ON c.cnpj = r.cnpj AND c.dt = ${date}::date AND c.source = r.source) AS positions
    )
    SELECT ${reconciled} FROM total WHERE net_worth IS NOT NULL`.execute(db);
  return rows[0];
};
