import { sql, type Selectable } from 'kysely';
import type { Scope } from '../../../kernel/access/caller.ts';
import { within } from '../../../kernel/access/scope-sql.ts';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import type { OptimizationExecutions } from '../../../kernel/db/schema.gen.ts';
import { renewLeases } from '../../../kernel/lease/renew-leases.ts';
import { isListed, type ListFilter } from '../listed-store.ts';

const summary = [
  'id',
  'key',
  'project_id',
  'owner_id',
  'instance_id',
  'case_id',
  'name',
  'description',
  'app',
  'config',
  'checks_only',
  'hidden',
  'state',
  'state_message',
  'launch',
  'run_id',
  'settled',
  'solution_hash',
  'data_has_findings',
  'has_findings',
  'log_json',
  'indicators',
  'objective',
  'files_status',
  'created_at',
  'updated_at',
  'finished_at',
] as const;

type Row = Selectable<OptimizationExecutions>;
/** Without its large documents: lists never read those. */
export type ExecutionRow = Pick<Row, (typeof summary)[number]>;
/** As they are kept. */
export type ExecutionDocuments = Pick<Row, 'solution' | 'solution_checks' | 'kpis'>;
export type ExecutionChange = Partial<Omit<Row, 'id' | 'key' | 'project_id' | 'owner_id' | 'created_at'>>;
export type NewExecution = ExecutionChange &
  Pick<
    Row,
    | 'id'
    | 'key'
    | 'project_id'
    | 'owner_id'
    | 'instance_id'
    | 'name'
    | 'description'
    | 'app'
    | 'config'
    | 'state'
    | 'state_message'
    | 'created_at'
    | 'updated_at'
  >;

export interface ExecutionFilter extends ListFilter {
  readonly instanceId?: string | undefined;
  /** With those that only check data. */
  readonly checks: boolean;
  /** Those alone whose solution has an objective. */
  readonly solved?: boolean;
}

type Reference = { readonly id: string } | { readonly key: string };
/** `files_status`: there, and there but of an older solution. */
const keptFiles = [1, -3];

/** In a statement that has no other table with leases. */
const isFree = (lease: { now: Date; held: readonly string[] }) => sql<boolean>`
  (lease_expires_at is null or lease_expires_at < ${lease.now}) and not (id = any(${[...lease.held]}::uuid[]))`;

export const createExecutionStore = (db: Database) => {
  const reached = (scope: Scope) =>
    db
      .selectFrom('optimization_executions')
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('owner_id') }));
  const matching = (scope: Scope, reference: Reference) =>
    'id' in reference
      ? reached(scope).where('id', '=', reference.id)
      : reached(scope).where('key', '=', reference.key);

  return {
    list: (scope: Scope, filter: ExecutionFilter): Promise<ExecutionRow[]> => {
      let query = reached(scope).select(summary).where(isListed(filter));
      if (!filter.checks) query = query.where('hidden', '=', false);
      if (filter.instanceId !== undefined) query = query.where('instance_id', '=', filter.instanceId);
      if (filter.solved === true) query = query.where('objective', 'is not', null);
      return query
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(filter.limit)
        .offset(filter.offset ?? 0)
        .execute();
    },
    find: (scope: Scope, reference: Reference): Promise<ExecutionRow | undefined> =>
      matching(scope, reference).select(summary).executeTakeFirst(),
    findPacked: (
      scope: Scope,
      reference: Reference,
    ): Promise<(ExecutionRow & ExecutionDocuments) | undefined> =>
      matching(scope, reference)
        .select([...summary, 'solution', 'solution_checks', 'kpis'])
        .executeTakeFirst(),
    findLog: (
      scope: Scope,
      reference: Reference,
    ): Promise<(ExecutionRow & Pick<Row, 'log_text'>) | undefined> =>
      matching(scope, reference)
        .select([...summary, 'log_text'])
        .executeTakeFirst(),
    insert: (executor: Executor, row: NewExecution): Promise<ExecutionRow> =>
      executor.insertInto('optimization_executions').values(row).returning(summary).executeTakeFirstOrThrow(),
    /** `only` guards it: undefined where the row is not in that launch any more, or not in that state. */
    update: (
      executor: Executor,
      id: string,
      change: ExecutionChange,
      only: Partial<Pick<Row, 'launch' | 'state' | 'settled'>> = {},
    ): Promise<ExecutionRow | undefined> =>
      executor
        .updateTable('optimization_executions')
        .set(change)
        .where('id', '=', id)
        .where((eb) => eb.and(only))
        .returning(summary)
        .executeTakeFirst(),
    /** False where that launch is over. */
    putPass: async (
      { id, launch }: { readonly id: string; readonly launch: number },
      pass: { readonly sha256: Buffer; readonly expiresAt: Date },
    ): Promise<boolean> => {
      const { numUpdatedRows } = await db
        .updateTable('optimization_executions')
        .set({ pass_sha256: pass.sha256, pass_expires_at: pass.expiresAt })
        .where((eb) => eb.and({ id, launch, settled: false }))
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    findPass: (id: string) =>
      db
        .selectFrom('optimization_executions')
        .select(['id', 'project_id', 'owner_id', 'instance_id', 'case_id', 'app', 'launch', 'settled'])
        .select(['pass_sha256', 'pass_expires_at'])
        .where('id', '=', id)
        .executeTakeFirst(),
    delete: async (executor: Executor, id: string): Promise<void> => {
      await executor.deleteFrom('optimization_executions').where('id', '=', id).execute();
    },
    /** Those that are not settled and that nobody is at work on, oldest first, from one on. */
    listOpen: (
      lease: { now: Date; held: readonly string[] },
      after: string | undefined,
      limit: number,
    ): Promise<Pick<OpenExecution, 'id' | 'run_id' | 'state'>[]> =>
      db
        .selectFrom('optimization_executions')
        .select(['id', 'run_id', 'state'])
        .where('settled', '=', false)
        .where(isFree(lease))
        .where(sql<boolean>`${after ?? null}::uuid is null or id > ${after ?? null}::uuid`)
        .orderBy('id')
        .limit(limit)
        .execute(),
    /** Leases up to `limit` of them that are still open and free, and in the same run as when they were listed. */
    claim: async (
      lease: { token: string; expiresAt: Date; now: Date; held: readonly string[] },
      listed: readonly Pick<OpenExecution, 'id' | 'run_id'>[],
      limit: number,
    ): Promise<OpenExecution[]> => {
      const { rows } = await sql<OpenExecution>`
        update optimization_executions e set lease_token = ${lease.token}, lease_expires_at = ${lease.expiresAt}
        from (
          select id from optimization_executions
          join unnest(${listed.map(({ id }) => id)}::uuid[], ${listed.map((row) => row.run_id)}::uuid[])
            as listed (id, run_id) using (id)
          where not settled and ${isFree(lease)}
            and optimization_executions.run_id is not distinct from listed.run_id
          limit ${limit} for update of optimization_executions skip locked
        ) open
        where e.id = open.id
        returning e.id, e.owner_id, e.project_id, e.app, e.launch, e.run_id, e.state, e.instance_id,
          e.case_id, e.checks_only, e.log_text is not null as has_log`.execute(db);
      return rows;
    },
    renew: renewLeases(db, 'optimization_executions'),
    release: async (id: string, token: string): Promise<void> => {
      await db
        .updateTable('optimization_executions')
        .set({ lease_token: null, lease_expires_at: null })
        .where('id', '=', id)
        .where('lease_token', '=', token)
        .execute();
    },
    /** Executions of an instance that files were kept of. */
    listWithFiles: async (instanceId: string): Promise<string[]> => {
      const rows = await db
        .selectFrom('optimization_executions')
        .select('id')
        .where('instance_id', '=', instanceId)
        .where('files_status', 'in', keptFiles)
        .execute();
      return rows.map(({ id }) => id);
    },
    /** Those whose files were not changed since, a few at a time. */
    listWithFilesSince: async (before: Date, limit: number): Promise<string[]> => {
      const rows = await db
        .selectFrom('optimization_executions')
        .select('id')
        .where('files_status', 'in', keptFiles)
        .where('updated_at', '<', before)
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },
    /** Runs of executions of an instance that are at work. */
    listRunIds: async (instanceId: string): Promise<string[]> => {
      const rows = await db
        .selectFrom('optimization_executions')
        .select('run_id')
        .where('instance_id', '=', instanceId)
        .where('settled', '=', false)
        .execute();
      return rows.flatMap(({ run_id }) => run_id ?? []);
    },
  };
};
export type ExecutionStore = ReturnType<typeof createExecutionStore>;

export interface OpenExecution {
  readonly id: string;
  readonly owner_id: string;
  readonly project_id: string;
  readonly app: string;
  readonly launch: number;
  readonly run_id: string | null;
  readonly state: number;
  readonly instance_id: string;
  readonly case_id: string | null;
  readonly checks_only: boolean;
  readonly has_log: boolean;
}
