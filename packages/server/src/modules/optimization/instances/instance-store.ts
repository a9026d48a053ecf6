import type { Selectable } from 'kysely';
import type { Scope } from '../../../kernel/access/caller.ts';
import { within } from '../../../kernel/access/scope-sql.ts';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import type { OptimizationInstances } from '../../../kernel/db/schema.gen.ts';
import { isListed, type ListFilter } from '../listed-store.ts';

const summary = [
  'id',
  'key',
  'project_id',
  'owner_id',
  'name',
  'description',
  'app',
  'data_hash',
  'data_bytes',
  'hidden',
  'created_at',
  'updated_at',
] as const;

/** Without its documents: lists never read those. */
export type InstanceRow = Pick<Selectable<OptimizationInstances>, (typeof summary)[number]>;
export type NewInstance = Omit<Selectable<OptimizationInstances>, 'checks'> & { checks?: string | null };

type Reference = { readonly id: string } | { readonly key: string };

export const createInstanceStore = (db: Database) => {
  const reached = (scope: Scope) =>
    db
      .selectFrom('optimization_instances')
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('owner_id') }));
  const matching = (scope: Scope, reference: Reference) =>
    'id' in reference
      ? reached(scope).where('id', '=', reference.id)
      : reached(scope).where('key', '=', reference.key);

  return {
    list: (scope: Scope, filter: ListFilter): Promise<InstanceRow[]> =>
      reached(scope)
        .select(summary)
        .where('hidden', '=', false)
        .where(isListed(filter))
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(filter.limit)
        .offset(filter.offset ?? 0)
        .execute(),
    find: (scope: Scope, reference: Reference): Promise<InstanceRow | undefined> =>
      matching(scope, reference).select(summary).executeTakeFirst(),
    /** With its documents as they are kept. */
    findPacked: (scope: Scope, reference: Reference) =>
      matching(scope, reference)
        .select([...summary, 'data', 'checks'])
        .executeTakeFirst(),
    insert: async (executor: Executor, row: NewInstance): Promise<void> => {
      await executor.insertInto('optimization_instances').values(row).execute();
    },
    update: (
      executor: Executor,
      id: string,
      change: Partial<
        Pick<
          NewInstance,
          'name' | 'description' | 'data' | 'data_hash' | 'data_bytes' | 'checks' | 'updated_at'
        >
      >,
    ): Promise<InstanceRow | undefined> =>
      executor
        .updateTable('optimization_instances')
        .set(change)
        .where('id', '=', id)
        .returning(summary)
        .executeTakeFirst(),
    /** What was found of solutions was found with the data as it was. */
    clearExecutionChecks: async (executor: Executor, id: string): Promise<void> => {
      await executor
        .updateTable('optimization_executions')
        .set({ solution_checks: null, has_findings: false, data_has_findings: false })
        .where('instance_id', '=', id)
        .execute();
    },
    /** What was found of the data counts for all that was solved with it. */
    setExecutionFindings: async (executor: Executor, id: string, hasFindings: boolean): Promise<void> => {
      await executor
        .updateTable('optimization_executions')
        .set({ data_has_findings: hasFindings })
        .where('instance_id', '=', id)
        .where('data_has_findings', '<>', hasFindings)
        .execute();
    },
    /** With its executions. */
    delete: async (executor: Executor, id: string): Promise<void> => {
      await executor.deleteFrom('optimization_instances').where('id', '=', id).execute();
    },
  };
};
export type InstanceStore = ReturnType<typeof createInstanceStore>;
