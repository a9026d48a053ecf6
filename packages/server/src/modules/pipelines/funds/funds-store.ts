import { sql, type RawBuilder } from 'kysely';
import type { Executor } from '../../../kernel/db/database.ts';

export interface FundSelection {
  readonly useAll: boolean;
  readonly cnpjs: readonly string[];
}

/** By system; one without an entry brings all funds. */
export const listSelections = async (
  db: Executor,
  projectId: string,
): Promise<ReadonlyMap<string, FundSelection>> => {
  const rows = await db
    .selectFrom('fund_selections')
    .select(['system_id', 'use_all', 'cnpjs'])
    .where('project_id', '=', projectId)
    .execute();
  return new Map(rows.map((row) => [row.system_id, { useAll: row.use_all, cnpjs: row.cnpjs }]));
};

export const saveSelection = async (
  db: Executor,
  selection: FundSelection & { readonly projectId: string; readonly systemId: string; readonly at: Date },
): Promise<void> => {
  const set = { use_all: selection.useAll, cnpjs: [...selection.cnpjs], updated_at: selection.at };
  await db
    .insertInto('fund_selections')
    .values({ project_id: selection.projectId, system_id: selection.systemId, ...set })
    .onConflict((conflict) => conflict.columns(['project_id', 'system_id']).doUpdateSet(set))
    .execute();
};

export interface KnownFund {
  readonly cnpj: string;
  readonly name: string | null;
  readonly selected: boolean;
}

/** Text for `LIKE`, in which the caller's own `%` and `_` mean themselves. */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

/**
 * What is written without letters is the beginning of a CNPJ, masked or not; anything else a part of a name, and the
 * beginning of a CNPJ too where it has digits as well. The range ends before `[`, which follows `Z`: unlike a pattern
 * it finds its place in the index.
 */
export const matchingFund = (search: string | undefined): RawBuilder<unknown> => {
  if (search === undefined) return sql`true`;
  const start = search.replaceAll(/[\s./-]/g, '').toUpperCase();
  const inName = sql`name ILIKE ${containing(search)}`;
  if (!/^[0-9A-Z]{1,14}$/.test(start) || !/\d/.test(start)) return inName;
  const isCnpjFrom = sql`(cnpj >= ${start}::bpchar AND cnpj < ${`${start}[`}::bpchar)`;
  return /[A-Z]/.test(start) ? sql`(${inName} OR ${isCnpjFrom})` : isCnpjFrom;
};

/** Funds of the loaded data by CNPJ, with what the project selected for the system. */
export const listKnownFunds = async (
  db: Executor,
  query: {
    readonly projectId: string;
    readonly systemId: string;
    readonly after: string;
    readonly limit: number;
    readonly search: string | undefined;
  },
): Promise<readonly KnownFund[]> => {
  const { rows } = await sql<KnownFund>`
    SELECT f.cnpj::text AS cnpj, f.name, coalesce(s.use_all OR f.cnpj::text = ANY (s.cnpjs), true) AS selected
    FROM funds.fund f
    LEFT JOIN fund_selections s ON s.project_id = ${query.projectId}::uuid AND s.system_id = ${query.systemId}
    WHERE f.cnpj > ${query.after}::bpchar AND ${matchingFund(query.search)}
    ORDER BY f.cnpj
    LIMIT ${query.limit}`.execute(db);
  return rows;
};

export const countKnownFunds = async (db: Executor): Promise<number> => {
  const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM funds.fund`.execute(db);
  return rows[0]?.count ?? 0;
};
