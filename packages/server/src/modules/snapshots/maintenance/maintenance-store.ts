import { sql, type RawBuilder } from 'kysely';
import type { Scope } from '../../../kernel/access/caller.ts';
import { within } from '../../../kernel/access/scope-sql.ts';
import { renewLeases } from '../../../kernel/lease/renew-leases.ts';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import type { RepositoryRow } from '../repository-store.ts';

export const createMaintenanceStore = (db: Database) => ({
  /** Repositories that are due, and that nothing else works on. */
  claim: async (
    lease: { token: string; expiresAt: Date; now: Date; held: readonly string[] },
    limit: number,
    isLicensed: RawBuilder<boolean>,
  ): Promise<(RepositoryRow & { id: string })[]> => {
    const { rows } = await sql<RepositoryRow & { id: string }>`
      update snapshot_repositories s set lease_token = ${lease.token}, lease_expires_at = ${lease.expiresAt}
      where s.machine_id in (
        select r.machine_id from snapshot_repositories r
        where r.state = 'ready' and r.maintenance_at <= ${lease.now}
          and (r.lease_expires_at is null or r.lease_expires_at < ${lease.now})
          and r.machine_id <> all(${[...lease.held]}::uuid[]) and ${isLicensed}
          and not exists (select from snapshots c where c.machine_id = r.machine_id
            and c.state in ('creating', 'verifying') and c.lease_expires_at >= ${lease.now})
          and not exists (select from snapshot_restores c join snapshots n on n.id = c.snapshot_id
            where n.machine_id = r.machine_id and c.state = 'restoring' and c.lease_expires_at >= ${lease.now})
        order by r.maintenance_at limit ${limit} for update of r skip locked)
      returning s.*, s.machine_id as id`.execute(db);
    return rows;
  },
  renew: renewLeases(db, 'snapshot_repositories', 'machine_id'),
  /** Changes a row as the holder of its lease; undefined when it is not ours any more. */
  updateLeased: (
    executor: Executor,
    machineId: string,
    token: string,
    changes: Partial<
      Pick<
        RepositoryRow,
        'check_part' | 'checked_at' | 'check_error' | 'pruned_at' | 'prune_requested' | 'size_bytes'
      >
    >,
  ): Promise<Pick<RepositoryRow, 'machine_id'> | undefined> =>
    executor
      .updateTable('snapshot_repositories')
      .set(changes)
      .where('machine_id', '=', machineId)
      .where('lease_token', '=', token)
      .returning('machine_id')
      .executeTakeFirst(),
  /**
   * Ends the work of a lease. Whoever asked for more meanwhile (`wake`) has it at once, not at `nextAt`: the time is no
   * longer the one that was claimed, to the millisecond, which is all that a Date holds.
   */
  finishLeased: async (
    executor: Executor,
    { machine_id: id, maintenance_at: claimedAt }: Pick<RepositoryRow, 'machine_id' | 'maintenance_at'>,
    token: string,
    changes: { readonly size_bytes?: number; readonly nextAt: Date },
  ): Promise<Pick<RepositoryRow, 'machine_id'> | undefined> => {
    const { rows } = await sql<Pick<RepositoryRow, 'machine_id'>>`
      update snapshot_repositories
      set lease_token = null, lease_expires_at = null, size_bytes = coalesce(${changes.size_bytes ?? null}, size_bytes),
        maintenance_at = case when date_trunc('milliseconds', maintenance_at) = ${claimedAt} then ${changes.nextAt}
          else maintenance_at end
      where machine_id = ${id} and lease_token = ${token}
      returning machine_id`.execute(executor);
    return rows[0];
  },
  listRepositories: (scope: Scope, machineId?: string): Promise<RepositoryRow[]> => {
    let query = db
      .selectFrom('snapshot_repositories')
      .selectAll()
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('owner_id') }));
    if (machineId !== undefined) query = query.where('machine_id', '=', machineId);
    return query.execute();
  },
  wake: async (machineIds: readonly string[], now: Date, prune: boolean): Promise<void> => {
    // Two who ask for the same repositories take them in one order, or each would wait for the other.
    await sql`update snapshot_repositories r
      set maintenance_at = ${now}, prune_requested = r.prune_requested or ${prune}
      from (select machine_id from snapshot_repositories where machine_id = any(${[...machineIds]}::uuid[])
        order by machine_id for update) as held
      where r.machine_id = held.machine_id`.execute(db);
  },
});
export type MaintenanceStore = ReturnType<typeof createMaintenanceStore>;
