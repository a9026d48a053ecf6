import { sql } from 'kysely';
import type { Executor } from '../../../kernel/db/database.ts';
import { matchingFund } from '../funds/funds-store.ts';

/** Dates are `YYYY-MM-DD`, money is text with two digits: neither passes through a JavaScript number or date. */
export interface FundRow {
  readonly cnpj: string;
  readonly name: string | null;
  readonly kind: string | null;
  readonly date: string | null;
  readonly netWorth: string | null;
  readonly quota: string | null;
  readonly shareholders: number | null;
  readonly inflow: string | null;
  readonly outflow: string | null;
  readonly hasPositions: boolean;
}

/** Where a page ended: the exact net worth, which orders, and the CNPJ among equals. */
export interface FundPosition {
  readonly netWorth: string | null;
  readonly cnpj: string;
}

const columns = sql`
  cnpj::text AS cnpj, name, kind, to_char(latest_daily, 'YYYY-MM-DD') AS date, round(net_worth, 2)::text AS "netWorth",
  quota::text AS quota, shareholders, round(inflow, 2)::text AS inflow, round(outflow, 2)::text AS outflow,
  latest_positions IS NOT NULL AS "hasPositions", net_worth::text AS "exactNetWorth"`;

type ListedRow = FundRow & { readonly exactNetWorth: string | null };

export const findFund = async (db: Executor, cnpj: string): Promise<FundRow | undefined> => {
  const { rows } = await sql<ListedRow>`SELECT ${columns} FROM funds.fund WHERE cnpj = ${cnpj}`.execute(db);
  const [row] = rows;
  return row === undefined ? undefined : withoutPosition(row);
};

const withoutPosition = ({ exactNetWorth: _, ...row }: ListedRow): FundRow => row;

/** By net worth, the largest first, those without one last. `next` is undefined on the last page. */
export const listFundRows = async (
  db: Executor,
  query: {
    readonly after: FundPosition | undefined;
    readonly search: string | undefined;
    readonly limit: number;
  },
): Promise<{ readonly rows: readonly FundRow[]; readonly next: FundPosition | undefined }> => {
  const { after, search } = query;
  const wanted = query.limit + 1;
  const matches = matchingFund(search);
  const rows: ListedRow[] = [];
  if (after === undefined || after.netWorth !== null) {
    // Two ranges instead of one condition with OR: each is a stretch of the index.
    const beyond =
      after === undefined
        ? sql`net_worth IS NOT NULL`
        : sql`net_worth <= ${after.netWorth}::numeric AND (net_worth < ${after.netWorth}::numeric OR cnpj > ${after.cnpj})`;
    const found = await sql<ListedRow>`
      SELECT ${columns} FROM funds.fund WHERE ${beyond} AND ${matches}
      ORDER BY net_worth DESC NULLS LAST, cnpj LIMIT ${wanted}`.execute(db);
    rows.push(...found.rows);
  }
  if (rows.length < wanted) {
    const from = after !== undefined && after.netWorth === null ? after.cnpj : '';
    const found = await sql<ListedRow>`
      SELECT ${columns} FROM funds.fund WHERE net_worth IS NULL AND cnpj > ${from}::bpchar AND ${matches}
      ORDER BY net_worth DESC NULLS LAST, cnpj LIMIT ${wanted - rows.length}`.execute(db);
    rows.push(...found.rows);
  }
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const hasMore = rows.length > query.limit && last !== undefined;
  return {
    rows: page.map(withoutPosition),
    next: hasMore ? { netWorth: last.exactNetWorth, cnpj: last.cnpj } : undefined,
  };
};
