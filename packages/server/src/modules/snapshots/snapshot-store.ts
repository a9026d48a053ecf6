import type { Finding } from '@dumont/contracts/finding';
import { found } from '@dumont/contracts/findings';
import { sql, type Insertable, type RawBuilder, type Selectable, type Updateable } from 'kysely';
import { systemScope, type Scope } from '../../kernel/access/caller.ts';
import { within } from '../../kernel/access/scope-sql.ts';
import { failureOf } from '../../kernel/failure.ts';
import { renewLeases } from '../../kernel/lease/renew-leases.ts';
import type { Database, Executor } from '../../kernel/db/database.ts';
import type { Snapshots } from '../../kernel/db/schema.gen.ts';

export type SnapshotRow = Selectable<Snapshots>;

/** The first of what is not as it should be. */
export const problemsOf = ({ problems }: SnapshotRow): readonly Finding[] =>
  problems as unknown as readonly Finding[];
type Claim = { token: string; expiresAt: Date; now: Date; held: readonly string[] };

export const createSnapshotStore = (db: Database) => {
  const scoped = (scope: Scope) =>
    db
      .selectFrom('snapshots')
      .selectAll()
      .where('delete_requested_at', 'is', null)
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('owner_id') }));
  return {
    find: (scope: Scope, id: string): Promise<SnapshotRow | undefined> =>
      scoped(scope).where('id', '=', id).executeTakeFirst(),
    list: (
      scope: Scope,
      filter: { machineId?: string | undefined; state?: SnapshotRow['state'] | undefined },
      before: string | undefined,
      limit: number,
    ): Promise<SnapshotRow[]> => {
      let query = scoped(scope).orderBy('id', 'desc').limit(limit);
      if (filter.machineId !== undefined) query = query.where('machine_id', '=', filter.machineId);
      if (filter.state !== undefined) query = query.where('state', '=', filter.state);
      if (before !== undefined) query = query.where('id', '<', before);
      return query.execute();
    },
    /** Adds the row unless its request key is there already; answers the one that is there afterwards. */
    insert: async (row: {
      id: string;
      request_key: string | null;
      machine_id: string;
      project_id: string;
      owner_id: string | null;
      epoch: number;
      kind: SnapshotRow['kind'];
      paths: string[];
      excludes: string[];
      tags: string[];
      created_at: Date;
      due_at: Date;
    }): Promise<SnapshotRow> => {
      const inserted = await db
        .insertInto('snapshots')
        .values({ ...row, state: 'creating' })
        .onConflict((conflict) => conflict.constraint('snapshots_request_key').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (inserted !== undefined) return inserted;
      return db
        .selectFrom('snapshots')
        .selectAll()
        .where('request_key', '=', row.request_key)
        .executeTakeFirstOrThrow();
    },
    /** All of a machine, whatever became of them. */
    listKnown: (machineId: string): Promise<Pick<SnapshotRow, 'id' | 'restic_id'>[]> =>
      db.selectFrom('snapshots').select(['id', 'restic_id']).where('machine_id', '=', machineId).execute(),
    /** One that is in the repository; nothing where there is a row of it. */
    insertFound: async (
      row: Omit<Insertable<Snapshots>, 'state' | 'keep_forever' | 'is_found'>,
    ): Promise<void> => {
      await db
        .insertInto('snapshots')
        .values({ ...row, state: 'partial', keep_forever: true, is_found: true })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
    /** Rows to work on: one a machine at a time, and none while its repository is being maintained. */
    claim: async (lease: Claim, limit: number, isLicensed: RawBuilder<boolean>): Promise<SnapshotRow[]> => {
      const { rows } = await sql<SnapshotRow>`
        update snapshots s set lease_token = ${lease.token}, lease_expires_at = ${lease.expiresAt},
          attempts = s.attempts + 1
        where s.id in (
          select c.id from snapshots c join snapshot_repositories r on r.machine_id = c.machine_id
          where c.state in ('creating', 'verifying') and c.due_at <= ${lease.now}
            and (c.lease_expires_at is null or c.lease_expires_at < ${lease.now})
            and c.id <> all(${[...lease.held]}::uuid[]) and ${isLicensed}
            and (r.lease_expires_at is null or r.lease_expires_at < ${lease.now})
            and not exists (select from snapshots o where o.machine_id = c.machine_id and o.id <> c.id
              and o.state in ('creating', 'verifying')
              and (o.lease_expires_at >= ${lease.now} or (o.lease_token is null and o.id < c.id and o.due_at <= ${lease.now})))
          order by c.due_at, c.id limit ${limit} for update of c, r skip locked)
        returning s.*`.execute(db);
      return rows;
    },
    renew: renewLeases(db, 'snapshots'),
    /** Changes a row as the holder of its lease; undefined when it is not ours any more. */
    updateLeased: (
      executor: Executor,
      id: string,
      token: string,
      changes: Updateable<Snapshots>,
    ): Promise<SnapshotRow | undefined> =>
      executor
        .updateTable('snapshots')
        .set(changes)
        .where('id', '=', id)
        .where('lease_token', '=', token)
        .returningAll()
        .executeTakeFirst(),
    /** Ends the work on one that is not finished: whoever has its lease loses it. Undefined where it is finished. */
    cancel: (executor: Executor, id: string, now: Date): Promise<SnapshotRow | undefined> =>
      executor
        .updateTable('snapshots')
        .set({
          state: 'failed',
          ...failureOf(found('snapshot.cancelled')),
          finished_at: now,
          lease_token: null,
          lease_expires_at: null,
        })
        .where('id', '=', id)
        .where('state', 'in', ['creating', 'verifying'])
        .returningAll()
        .executeTakeFirst(),
    /** The newest snapshot of a machine whose files were read back. */
    findLastVerified: (machineId: string): Promise<SnapshotRow | undefined> =>
      db
        .selectFrom('snapshots')
        .selectAll()
        .where('machine_id', '=', machineId)
        .where('state', '=', 'verified')
        .where('delete_requested_at', 'is', null)
        .orderBy('id', 'desc')
        .executeTakeFirst(),
    /** The newest of those that were found, hold all of these folders, and were made after another one. */
    findFoundAfter: (
      machineId: string,
      snapshotId: string,
      paths: readonly string[],
    ): Promise<SnapshotRow | undefined> =>
      db
        .selectFrom('snapshots')
        .selectAll()
        .where('machine_id', '=', machineId)
        .where('is_found', '=', true)
        .where('delete_requested_at', 'is', null)
        .where(sql<boolean>`paths @> ${[...paths]}::text[]`)
        .where('created_at', '>', ({ selectFrom }) =>
          selectFrom('snapshots').select('created_at').where('id', '=', snapshotId),
        )
        .orderBy('created_at', 'desc')
        .executeTakeFirst(),
    /** Those that are not about to be deleted. */
    listVerified: (machineId: string): Promise<SnapshotRow[]> =>
      db
        .selectFrom('snapshots')
        .selectAll()
        .where('machine_id', '=', machineId)
        .where('state', '=', 'verified')
        .where('delete_requested_at', 'is', null)
        .execute(),
    /** The last verified one that holds all of these folders, with nothing left out. */
    findLastWhole: (machineId: string, paths: readonly string[]): Promise<SnapshotRow | undefined> =>
      db
        .selectFrom('snapshots')
        .selectAll()
        .where('machine_id', '=', machineId)
        .where('state', '=', 'verified')
        .where('delete_requested_at', 'is', null)
        .where(sql<boolean>`paths @> ${[...paths]}::text[] and excludes = '{}'`)
        .orderBy('id', 'desc')
        .executeTakeFirst(),
    findSyncUnderWay: (
      machineId: string,
      paths: readonly string[],
      epoch: number,
    ): Promise<SnapshotRow | undefined> =>
      db
        .selectFrom('snapshots')
        .selectAll()
        .where('machine_id', '=', machineId)
        .where('kind', '=', 'auto')
        .where('epoch', '=', epoch)
        .where(sql<boolean>`paths = ${[...paths]}::text[]`)
        .where('state', 'in', ['creating', 'verifying'])
        .orderBy('id', 'desc')
        .executeTakeFirst(),
    /** Whether an earlier snapshot of the same folders is in the repository: restic stores only what it has not. */
    hasBefore: async (row: Pick<SnapshotRow, 'id' | 'machine_id' | 'paths'>): Promise<boolean> => {
      const found = await db
        .selectFrom('snapshots')
        .select('id')
        .where('machine_id', '=', row.machine_id)
        .where('id', '<', row.id)
        .where('restic_id', 'is not', null)
        .where(sql<boolean>`paths = ${row.paths}::text[]`)
        .executeTakeFirst();
      return found !== undefined;
    },
    /** Syncs of a machine that are kept: the latest, the last that was verified, and how many of those there are. */
    readSyncs: async (
      machineId: string,
    ): Promise<{
      latest: SnapshotRow | undefined;
      last: SnapshotRow | undefined;
      verified: number;
      isSyncing: boolean;
    }> => {
      const syncs = scoped(systemScope).where('machine_id', '=', machineId).where('kind', '=', 'auto');
      const counts = await syncs
        .clearSelect()
        .select(sql<number>`(count(*) filter (where state = 'verified'))::int`.as('verified'))
        .select(sql<boolean>`coalesce(bool_or(state in ('creating', 'verifying')), false)`.as('isSyncing'))
        .executeTakeFirstOrThrow();
      const latest = await syncs.orderBy('id', 'desc').executeTakeFirst();
      const last = await syncs.where('state', '=', 'verified').orderBy('id', 'desc').executeTakeFirst();
      return { latest, last, ...counts };
    },
    setKeepForever: (id: string, keep: boolean): Promise<SnapshotRow | undefined> =>
      db
        .updateTable('snapshots')
        .set({ keep_forever: keep })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst(),
    /** Asks maintenance to take snapshots out of their repositories. Those being made or kept stay. */
    requestDelete: async (ids: readonly string[], now: Date): Promise<readonly string[]> => {
      const { rows } = await sql<{ id: string }>`
        with gone as (
          update snapshots set delete_requested_at = ${now}
          where id = any(${[...ids]}::uuid[]) and state not in ('creating', 'verifying') and not keep_forever
          returning id, machine_id),
        woken as (
          update snapshot_repositories set maintenance_at = ${now}
          where machine_id in (select machine_id from gone))
        select id from gone`.execute(db);
      return rows.map(({ id }) => id);
    },
    /** All finished snapshots of a machine, oldest first, those to be deleted included. */
    listFinished: (machineId: string): Promise<SnapshotRow[]> =>
      db
        .selectFrom('snapshots')
        .selectAll()
        .where('machine_id', '=', machineId)
        .where('state', 'in', ['verified', 'partial', 'failed'])
        .orderBy('id')
        .execute(),
    isBeingRestored: async (id: string): Promise<boolean> => {
      const row = await db
        .selectFrom('snapshot_restores')
        .select('id')
        .where('snapshot_id', '=', id)
        .where('state', '=', 'restoring')
        .executeTakeFirst();
      return row !== undefined;
    },
    delete: async (id: string): Promise<void> => {
      await db.deleteFrom('snapshots').where('id', '=', id).execute();
    },
  };
};
export type SnapshotStore = ReturnType<typeof createSnapshotStore>;
