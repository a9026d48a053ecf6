import type { Scope } from '../../../kernel/access/caller.ts';
import { within } from '../../../kernel/access/scope-sql.ts';
import type { Database } from '../../../kernel/db/database.ts';
import type { ProviderKind } from '../providers/provider.ts';

export interface BlacklistRow {
  readonly id: string;
  readonly projectId: string;
  readonly kind: ProviderKind;
  readonly hostMachineId: string;
  readonly reason: string;
  readonly createdAt: Date;
}

const columns = [
  'id',
  'project_id as projectId',
  'kind',
  'host_machine_id as hostMachineId',
  'reason',
  'created_at as createdAt',
] as const;

export const createBlacklistStore = (db: Database) => ({
  /** Reasons by kind and machine: `vast 123`. */
  listOf: async (projectId: string): Promise<ReadonlyMap<string, string>> => {
    const rows = await db
      .selectFrom('host_blacklist')
      .select(['kind', 'host_machine_id', 'reason'])
      .where('project_id', '=', projectId)
      .execute();
    return new Map(rows.map((row) => [`${row.kind} ${row.host_machine_id}`, row.reason]));
  },
  list: (scope: Scope, projectId: string | undefined): Promise<BlacklistRow[]> =>
    db
      .selectFrom('host_blacklist')
      .select(columns)
      .$narrowType<{ kind: ProviderKind }>()
      .where((eb) => within(scope, { project: eb.ref('project_id') }))
      .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId ?? ''))
      .orderBy('id', 'desc')
      .execute(),
  find: (scope: Scope, id: string): Promise<BlacklistRow | undefined> =>
    db
      .selectFrom('host_blacklist')
      .select(columns)
      .$narrowType<{ kind: ProviderKind }>()
      .where((eb) => within(scope, { project: eb.ref('project_id') }))
      .where('id', '=', id)
      .executeTakeFirst(),
  /** A host that is on it already gets the new reason. */
  save: (row: BlacklistRow & { createdBy: string }): Promise<BlacklistRow> =>
    db
      .insertInto('host_blacklist')
      .values({
        id: row.id,
        project_id: row.projectId,
        kind: row.kind,
        host_machine_id: row.hostMachineId,
        reason: row.reason,
        created_by: row.createdBy,
        created_at: row.createdAt,
      })
      .onConflict((conflict) => conflict.constraint('host_blacklist_key').doUpdateSet({ reason: row.reason }))
      .returning(columns)
      .$narrowType<{ kind: ProviderKind }>()
      .executeTakeFirstOrThrow(),
  remove: async (id: string): Promise<void> => {
    await db.deleteFrom('host_blacklist').where('id', '=', id).execute();
  },
});

export type BlacklistStore = ReturnType<typeof createBlacklistStore>;
