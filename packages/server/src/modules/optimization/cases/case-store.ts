import { sql, type Selectable } from 'kysely';
import type { Scope } from '../../../kernel/access/caller.ts';
import { within } from '../../../kernel/access/scope-sql.ts';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import type { OptimizationCases } from '../../../kernel/db/schema.gen.ts';
import { isListed, type ListFilter } from '../listed-store.ts';

const summary = [
  'id',
  'number',
  'project_id',
  'owner_id',
  'parent_id',
  'name',
  'description',
  'app',
  'data_hash',
  'solution_hash',
  'indicators',
  'created_at',
  'updated_at',
] as const;

type Row = Selectable<OptimizationCases>;
/** Without its documents. A case without data is a folder. */
export type CaseRow = Pick<Row, (typeof summary)[number]>;
/** As they are kept. */
export type CaseDocuments = Pick<Row, 'data' | 'checks' | 'solution' | 'solution_checks' | 'kpis'>;
export type NewCase = Omit<Row, 'number' | 'indicators'> & { indicators?: string };
export type CaseChange = Partial<
  Omit<Row, 'id' | 'number' | 'project_id' | 'owner_id' | 'created_at' | 'app'>
>;

export interface CaseFilter extends ListFilter {
  /** Null: those in no folder. */
  readonly parentId?: string | null | undefined;
}

/** Moves of one installation are one at a time: two of them could make a circle. */
const moveLock = 7_031_877;

type Reference = { readonly id: string } | { readonly number: number };

export const createCaseStore = (db: Database) => {
  const reached = (scope: Scope) =>
    db
      .selectFrom('optimization_cases')
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('owner_id') }));
  const matching = (scope: Scope, reference: Reference) =>
    'id' in reference
      ? reached(scope).where('id', '=', reference.id)
      : reached(scope).where('number', '=', reference.number);

  return {
    list: (scope: Scope, filter: CaseFilter): Promise<CaseRow[]> => {
      let query = reached(scope).select(summary).where(isListed(filter));
      if (filter.parentId !== undefined)
        query =
          filter.parentId === null
            ? query.where('parent_id', 'is', null)
            : query.where('parent_id', '=', filter.parentId);
      return query
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(filter.limit)
        .offset(filter.offset ?? 0)
        .execute();
    },
    find: (scope: Scope, reference: Reference): Promise<CaseRow | undefined> =>
      matching(scope, reference).select(summary).executeTakeFirst(),
    findPacked: (scope: Scope, reference: Reference): Promise<(CaseRow & CaseDocuments) | undefined> =>
      matching(scope, reference)
        .select([...summary, 'data', 'checks', 'solution', 'solution_checks', 'kpis'])
        .executeTakeFirst(),
    insert: (executor: Executor, row: NewCase): Promise<CaseRow> =>
      executor.insertInto('optimization_cases').values(row).returning(summary).executeTakeFirstOrThrow(),
    /** `only` guards it: undefined where the documents are not those any more. */
    update: (
      executor: Executor,
      id: string,
      change: CaseChange,
      only?: Pick<Row, 'data_hash' | 'solution_hash'>,
    ): Promise<CaseRow | undefined> => {
      const update = executor.updateTable('optimization_cases').set(change).where('id', '=', id);
      const guarded =
        only === undefined
          ? update
          : update
              .where('data_hash', 'is not distinct from', only.data_hash)
              .where('solution_hash', 'is not distinct from', only.solution_hash);
      return guarded.returning(summary).executeTakeFirst();
    },
    /** With everything below it. */
    delete: async (executor: Executor, id: string): Promise<void> => {
      await executor.deleteFrom('optimization_cases').where('id', '=', id).execute();
    },
    /** Until the transaction ends. */
    lockMoves: async (executor: Executor): Promise<void> => {
      await sql`select pg_advisory_xact_lock(${moveLock})`.execute(executor);
    },
    /** The case itself and the folders that it is in. */
    listAncestors: async (executor: Executor, id: string): Promise<readonly string[]> => {
      const { rows } = await sql<{ id: string }>`
        with recursive way as (
          select id, parent_id from optimization_cases where id = ${id}
          union all
          select c.id, c.parent_id from optimization_cases c join way on c.id = way.parent_id
        )
        select id from way`.execute(executor);
      return rows.map((row) => row.id);
    },
    /** Numbers from the top to each case, without its own: `[1, 4]` for one in folder 4 of folder 1. */
    pathsOf: async (ids: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> => {
      const { rows } = await sql<{ id: string; path: number[] }>`
        with recursive way as (
          select id, parent_id, array[]::integer[] as path from optimization_cases where id = any(${[...ids]}::uuid[])
          union all
          select way.id, c.parent_id, c.number || way.path from way join optimization_cases c on c.id = way.parent_id
        )
        select id, path from way where parent_id is null`.execute(db);
      return new Map(rows.map(({ id, path }) => [id, path]));
    },
  };
};
export type CaseStore = ReturnType<typeof createCaseStore>;
