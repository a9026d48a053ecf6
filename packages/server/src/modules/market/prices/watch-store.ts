import { sql } from 'kysely';
import type { Scope } from '../../../kernel/access/caller.ts';
import { within } from '../../../kernel/access/scope-sql.ts';
import { renewLeases } from '../../../kernel/lease/renew-leases.ts';
import type { Database, Executor } from '../../../kernel/db/database.ts';

export interface WatchRow {
  readonly id: string;
  readonly projectId: string;
  readonly gpuName: string;
  readonly alertBelowMicroUsd: number | null;
  readonly lastSampledAt: Date | null;
  readonly createdAt: Date;
}

const columns = [
  'id',
  'project_id as projectId',
  'gpu_name as gpuName',
  'alert_below_micro_usd as alertBelowMicroUsd',
  'last_sampled_at as lastSampledAt',
  'created_at as createdAt',
] as const;

export const createWatchStore = (db: Database) => ({
  list: (scope: Scope, projectId: string | undefined): Promise<WatchRow[]> =>
    db
      .selectFrom('market_watches')
      .select(columns)
      .where((eb) => within(scope, { project: eb.ref('project_id') }))
      .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId ?? ''))
      .orderBy('gpu_name')
      .orderBy('id')
      .execute(),
  find: (scope: Scope, id: string): Promise<WatchRow | undefined> =>
    db
      .selectFrom('market_watches')
      .select(columns)
      .where((eb) => within(scope, { project: eb.ref('project_id') }))
      .where('id', '=', id)
      .executeTakeFirst(),
  /** A type that the project watches already gets the new alert; it is due at once. */
  save: (row: Omit<WatchRow, 'lastSampledAt'>): Promise<WatchRow> =>
    db
      .insertInto('market_watches')
      .values({
        id: row.id,
        project_id: row.projectId,
        gpu_name: row.gpuName,
        alert_below_micro_usd: row.alertBelowMicroUsd,
        due_at: row.createdAt,
        created_at: row.createdAt,
      })
      .onConflict((conflict) =>
        conflict
          .constraint('market_watches_key')
          .doUpdateSet({ alert_below_micro_usd: row.alertBelowMicroUsd, due_at: row.createdAt }),
      )
      .returning(columns)
      .executeTakeFirstOrThrow(),
  insertAll: async (
    tx: Executor,
    rows: readonly Omit<WatchRow, 'lastSampledAt'>[],
    dueAt: Date,
  ): Promise<void> => {
    if (rows.length === 0) return;
    await tx
      .insertInto('market_watches')
      .values(
        rows.map((row) => ({
          id: row.id,
          project_id: row.projectId,
          gpu_name: row.gpuName,
          alert_below_micro_usd: row.alertBelowMicroUsd,
          due_at: dueAt,
          created_at: row.createdAt,
        })),
      )
      .onConflict((conflict) => conflict.constraint('market_watches_key').doNothing())
      .execute();
  },
  setAlert: (id: string, alertBelowMicroUsd: number | null, at: Date): Promise<WatchRow | undefined> =>
    db
      .updateTable('market_watches')
      .set({ alert_below_micro_usd: alertBelowMicroUsd, due_at: at })
      .where('id', '=', id)
      .returning(columns)
      .executeTakeFirst(),
  remove: async (id: string): Promise<void> => {
    await db.deleteFrom('market_watches').where('id', '=', id).execute();
  },
  claim: async (
    lease: { token: string; expiresAt: Date; now: Date; held: readonly string[] },
    limit: number,
  ): Promise<WatchRow[]> => {
    const { rows } = await sql<WatchRow>`
      update market_watches set lease_token = ${lease.token}, lease_expires_at = ${lease.expiresAt}
      where id in (
        select id from market_watches
        where due_at <= ${lease.now} and (lease_expires_at is null or lease_expires_at <= ${lease.now})
          and id <> all(${[...lease.held]}::uuid[])
        order by due_at, id limit ${limit} for update skip locked
      )
      returning id, project_id as "projectId", gpu_name as "gpuName",
        alert_below_micro_usd as "alertBelowMicroUsd", last_sampled_at as "lastSampledAt", created_at as "createdAt"`.execute(
      db,
    );
    return rows;
  },
  renew: renewLeases(db, 'market_watches'),
  finish: async (
    id: string,
    token: string,
    outcome: { sampledAt: Date | null; dueAt: Date },
  ): Promise<void> => {
    await sql`
      update market_watches
      set lease_token = null, lease_expires_at = null, due_at = ${outcome.dueAt},
        last_sampled_at = coalesce(${outcome.sampledAt}, last_sampled_at)
      where id = ${id} and lease_token = ${token}`.execute(db);
  },
});

export type WatchStore = ReturnType<typeof createWatchStore>;
