import { sql, type RawBuilder, type Selectable, type Updateable } from 'kysely';
import type { Scope } from '../../../kernel/access/caller.ts';
import { within } from '../../../kernel/access/scope-sql.ts';
import { renewLeases } from '../../../kernel/lease/renew-leases.ts';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import type { SnapshotRestores } from '../../../kernel/db/schema.gen.ts';

export type RestoreRow = Selectable<SnapshotRestores>;

export const createRestoreStore = (db: Database) => ({
  find: (scope: Scope, id: string): Promise<RestoreRow | undefined> =>
    db
      .selectFrom('snapshot_restores')
      .selectAll()
      .where('id', '=', id)
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('owner_id') }))
      .executeTakeFirst(),
  /** Adds the row unless its request key is there already; answers the one that is there afterwards. */
  insert: async (row: {
    id: string;
    request_key: string | null;
    snapshot_id: string;
    machine_id: string;
    project_id: string;
    owner_id: string | null;
    epoch: number;
    target_path: string;
    paths: string[];
    verify: boolean;
    created_at: Date;
    due_at: Date;
  }): Promise<RestoreRow> => {
    const inserted = await db
      .insertInto('snapshot_restores')
      .values({ ...row, state: 'restoring' })
      .onConflict((conflict) => conflict.constraint('snapshot_restores_request_key').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (inserted !== undefined) return inserted;
    return db
      .selectFrom('snapshot_restores')
      .selectAll()
      .where('request_key', '=', row.request_key)
      .executeTakeFirstOrThrow();
  },
  /** Rows to work on: one a machine at a time, and none while the repository is being maintained. */
  claim: async (
    lease: { token: string; expiresAt: Date; now: Date; held: readonly string[] },
    limit: number,
    isLicensed: RawBuilder<boolean>,
  ): Promise<RestoreRow[]> => {
    const { rows } = await sql<RestoreRow>`
      update snapshot_restores s set lease_token = ${lease.token}, lease_expires_at = ${lease.expiresAt},
        attempts = s.attempts + 1
      where s.id in (
        select c.id from snapshot_restores c join snapshots n on n.id = c.snapshot_id
          join snapshot_repositories r on r.machine_id = n.machine_id
        where c.state = 'restoring' and c.due_at <= ${lease.now}
          and (c.lease_expires_at is null or c.lease_expires_at < ${lease.now})
          and c.id <> all(${[...lease.held]}::uuid[]) and ${isLicensed}
          and (r.lease_expires_at is null or r.lease_expires_at < ${lease.now})
          and not exists (select from snapshot_restores o where o.machine_id = c.machine_id and o.id <> c.id
            and o.state = 'restoring' and (o.lease_expires_at >= ${lease.now} or (o.lease_token is null and o.id < c.id)))
        order by c.due_at, c.id limit ${limit} for update of c, r skip locked)
      returning s.*`.execute(db);
    return rows;
  },
  renew: renewLeases(db, 'snapshot_restores'),
  /** Changes a row as the holder of its lease; undefined when it is not ours any more. */
  updateLeased: (
    executor: Executor,
    id: string,
    token: string,
    changes: Updateable<SnapshotRestores>,
  ): Promise<RestoreRow | undefined> =>
    executor
      .updateTable('snapshot_restores')
      .set(changes)
      .where('id', '=', id)
      .where('lease_token', '=', token)
      .returningAll()
      .executeTakeFirst(),
});
export type RestoreStore = ReturnType<typeof createRestoreStore>;
