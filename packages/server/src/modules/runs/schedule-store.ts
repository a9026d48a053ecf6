import { sql, type Selectable, type Updateable } from 'kysely';
import type { Schedule } from '@dumont/contracts/runs/schedules';
import type { Scope } from '../../kernel/access/caller.ts';
import { within } from '../../kernel/access/scope-sql.ts';
import { renewLeases } from '../../kernel/lease/renew-leases.ts';
import type { Database, Executor } from '../../kernel/db/database.ts';
import type { Schedules } from '../../kernel/db/schema.gen.ts';

export type ScheduleRow = Selectable<Schedules>;

export const scheduleToWire = (row: ScheduleRow, names: ReadonlyMap<string, string>): Schedule => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  kind: 'pipeline',
  subject: row.subject,
  params: row.params as Schedule['params'],
  cron: row.cron,
  timeZone: row.time_zone,
  businessDaysOnly: row.business_days_only,
  enabled: row.enabled,
  nextFireAt: row.next_fire_at?.toISOString() ?? null,
  lastFireAt: row.last_fire_at?.toISOString() ?? null,
  lastRunId: row.last_run_id,
  lastError: row.last_error,
  createdBy:
    row.created_by === null
      ? null
      : { id: row.created_by, name: names.get(row.created_by) ?? 'deleted user' },
});

export const createScheduleStore = (db: Database) => {
  const scoped = (scope: Scope) =>
    db
      .selectFrom('schedules')
      .selectAll()
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('created_by') }));
  return {
    find: (scope: Scope, id: string): Promise<ScheduleRow | undefined> =>
      scoped(scope).where('id', '=', id).executeTakeFirst(),
    list: (
      scope: Scope,
      filter: { projectId?: string | undefined; enabled?: boolean | undefined },
      after: { name: string; id: string } | undefined,
      limit: number,
    ): Promise<ScheduleRow[]> => {
      let query = scoped(scope).orderBy('name').orderBy('id').limit(limit);
      if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
      if (filter.enabled !== undefined) query = query.where('enabled', '=', filter.enabled);
      if (after !== undefined)
        query = query.where(sql<boolean>`(name, id) > (${after.name}, ${after.id}::uuid)`);
      return query.execute();
    },
    insert: (
      row: Omit<
        ScheduleRow,
        'last_fire_at' | 'last_run_id' | 'last_error' | 'lease_token' | 'lease_expires_at'
      >,
    ) =>
      db
        .insertInto('schedules')
        .values({ ...row, params: JSON.stringify(row.params) })
        .returningAll()
        .executeTakeFirstOrThrow(),
    update: (id: string, changes: Updateable<Schedules>): Promise<ScheduleRow | undefined> =>
      db.updateTable('schedules').set(changes).where('id', '=', id).returningAll().executeTakeFirst(),
    delete: async (id: string): Promise<void> => {
      await db.deleteFrom('schedules').where('id', '=', id).execute();
    },
    /** Schedules whose time has come, leased so that one replica fires each. */
    claimDue: (lease: { token: string; expiresAt: Date; now: Date }, limit: number): Promise<ScheduleRow[]> =>
      db
        .updateTable('schedules')
        .set({ lease_token: lease.token, lease_expires_at: lease.expiresAt })
        .where((eb) =>
          eb(
            'id',
            'in',
            eb
              .selectFrom('schedules')
              .select('id')
              .where('enabled', '=', true)
              .where('next_fire_at', '<=', lease.now)
              .where((free) =>
                free.or([free('lease_expires_at', 'is', null), free('lease_expires_at', '<', lease.now)]),
              )
              .orderBy('next_fire_at')
              .limit(limit)
              .forUpdate()
              .skipLocked(),
          ),
        )
        .returningAll()
        .execute(),
    renew: renewLeases(db, 'schedules'),
    /**
     * Records a fire and frees the lease; false when it is not ours any more. A schedule whose timing was
     * edited while it fired keeps the next fire that the edit gave it.
     */
    recordFire: async (
      executor: Executor,
      fire: {
        schedule: Pick<ScheduleRow, 'id' | 'cron' | 'time_zone' | 'business_days_only' | 'next_fire_at'>;
        token: string;
        at: Date;
        next: Date | null;
        runId: string | null;
        error: string | null;
      },
    ): Promise<boolean> => {
      const row = await executor
        .updateTable('schedules')
        .set({
          last_fire_at: fire.at,
          next_fire_at: sql<Date | null>`case
            when cron = ${fire.schedule.cron} and time_zone = ${fire.schedule.time_zone}
              and business_days_only = ${fire.schedule.business_days_only}
              and date_trunc('milliseconds', next_fire_at) is not distinct from ${fire.schedule.next_fire_at}
            then ${fire.next}::timestamptz else next_fire_at end`,
          ...(fire.runId === null ? {} : { last_run_id: fire.runId }),
          last_error: fire.error,
          lease_token: null,
          lease_expires_at: null,
        })
        .where('id', '=', fire.schedule.id)
        .where('lease_token', '=', fire.token)
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },
    nextFireAt: async (after: Date): Promise<Date | undefined> => {
      const row = await db
        .selectFrom('schedules')
        .select((eb) => eb.fn.min('next_fire_at').as('next'))
        .where('enabled', '=', true)
        .where('next_fire_at', '>', after)
        .executeTakeFirst();
      return row?.next ?? undefined;
    },
  };
};
export type ScheduleStore = ReturnType<typeof createScheduleStore>;
