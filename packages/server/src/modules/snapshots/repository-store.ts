import type { Selectable } from 'kysely';
import type { Database } from '../../kernel/db/database.ts';
import type { SnapshotGrants, SnapshotRepositories } from '../../kernel/db/schema.gen.ts';

export type RepositoryRow = Selectable<SnapshotRepositories>;
export type GrantRow = Selectable<SnapshotGrants>;

export const createRepositoryStore = (db: Database) => ({
  find: (machineId: string): Promise<RepositoryRow | undefined> =>
    db.selectFrom('snapshot_repositories').selectAll().where('machine_id', '=', machineId).executeTakeFirst(),
  /** Adds the row unless there is one; the one that is there afterwards counts. */
  insert: async (row: {
    machine_id: string;
    project_id: string;
    owner_id: string | null;
    epoch: number;
    password_sealed: Buffer;
    created_at: Date;
    maintenance_at: Date;
  }): Promise<void> => {
    await db
      .insertInto('snapshot_repositories')
      .values({ ...row, state: 'new' })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },
  markReady: async (machineId: string): Promise<void> => {
    await db
      .updateTable('snapshot_repositories')
      .set({ state: 'ready' })
      .where('machine_id', '=', machineId)
      .execute();
  },
  /** Epochs only rise. */
  raiseEpoch: async (machineId: string, epoch: number): Promise<void> => {
    await db
      .updateTable('snapshot_repositories')
      .set({ epoch })
      .where('machine_id', '=', machineId)
      .where('epoch', '<', epoch)
      .execute();
  },
  /** Adds a grant unless there is one for the same holder, epoch and access; answers the one that is there. */
  putGrant: async (row: Omit<GrantRow, 'revoked_at'>): Promise<GrantRow> => {
    await db
      .insertInto('snapshot_grants')
      .values(row)
      .onConflict((conflict) => conflict.constraint('snapshot_grants_key').doNothing())
      .execute();
    return db
      .selectFrom('snapshot_grants')
      .selectAll()
      .where('machine_id', '=', row.machine_id)
      .where('holder_id', '=', row.holder_id)
      .where('epoch', '=', row.epoch)
      .where('access', '=', row.access)
      .executeTakeFirstOrThrow();
  },
  /** With the epoch of its repository. */
  findGrant: (id: string): Promise<(GrantRow & { repository_epoch: number }) | undefined> =>
    db
      .selectFrom('snapshot_grants as g')
      .innerJoin('snapshot_repositories as r', 'r.machine_id', 'g.machine_id')
      .selectAll('g')
      .select('r.epoch as repository_epoch')
      .where('g.id', '=', id)
      .executeTakeFirst(),
  /** Takes what a machine holds away from it; of epochs below `belowEpoch` only, when it is given. */
  revokeGrants: async (holderId: string, at: Date, belowEpoch?: number): Promise<void> => {
    let query = db
      .updateTable('snapshot_grants')
      .set({ revoked_at: at })
      .where('holder_id', '=', holderId)
      .where('revoked_at', 'is', null);
    if (belowEpoch !== undefined) query = query.where('epoch', '<', belowEpoch);
    await query.execute();
  },
  deleteReadGrants: async (machineId: string, holderId: string): Promise<void> => {
    await db
      .deleteFrom('snapshot_grants')
      .where('machine_id', '=', machineId)
      .where('holder_id', '=', holderId)
      .where('access', '=', 'read')
      .execute();
  },
  insertLock: async (row: {
    machine_id: string;
    name: string;
    grant_id: string;
    created_at: Date;
  }): Promise<void> => {
    await db
      .insertInto('snapshot_locks')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },
  /** True when the lock was made with a grant of this holder. */
  holdsLock: async (machineId: string, name: string, holderId: string): Promise<boolean> => {
    const row = await db
      .selectFrom('snapshot_locks as l')
      .innerJoin('snapshot_grants as g', 'g.id', 'l.grant_id')
      .select('l.name')
      .where('l.machine_id', '=', machineId)
      .where('l.name', '=', name)
      .where('g.holder_id', '=', holderId)
      .executeTakeFirst();
    return row !== undefined;
  },
  deleteLock: async (machineId: string, name: string): Promise<void> => {
    await db
      .deleteFrom('snapshot_locks')
      .where('machine_id', '=', machineId)
      .where('name', '=', name)
      .execute();
  },
  /**
   * Locks that nobody can need any more: those of grants that were revoked or belong to an older epoch, whose
   * holder can neither renew nor use them, and those that were not renewed since `before`.
   */
  listDeadLocks: (machineId: string, before: Date): Promise<{ name: string }[]> =>
    db
      .selectFrom('snapshot_locks as l')
      .innerJoin('snapshot_grants as g', 'g.id', 'l.grant_id')
      .innerJoin('snapshot_repositories as r', 'r.machine_id', 'l.machine_id')
      .select('l.name')
      .where('l.machine_id', '=', machineId)
      .where((eb) =>
        eb.or([
          eb('g.revoked_at', 'is not', null),
          eb('l.created_at', '<', before),
          eb.and([eb('g.access', '=', 'append'), eb('g.epoch', '<', eb.ref('r.epoch'))]),
        ]),
      )
      .execute(),
});
export type RepositoryStore = ReturnType<typeof createRepositoryStore>;
