import { sql, type Selectable } from 'kysely';
import type { Alarm } from '@dumont/contracts/alarms/alarms';
import type { Finding } from '@dumont/contracts/finding';
import type { Scope } from '../../kernel/access/caller.ts';
import { within } from '../../kernel/access/scope-sql.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import type { Alarms } from '../../kernel/db/schema.gen.ts';
import type { OpenAlarm } from './rule.ts';

export type AlarmRow = Omit<Selectable<Alarms>, 'findings'> & {
  /** What it is about, then what is known of it. */
  readonly findings: readonly Finding[];
};
const typed = (rows: Selectable<Alarms>[]): AlarmRow[] => rows as unknown as AlarmRow[];

export interface AlarmFilter {
  readonly projectId: string | undefined;
  readonly state: Alarm['state'] | undefined;
  readonly acknowledged: boolean | undefined;
}

export interface NewAlarm {
  readonly id: string;
  readonly ruleId: string;
  readonly projectId: string | null;
  readonly ruleName: string;
  readonly severity: Alarm['severity'];
  readonly state: 'pending' | 'firing';
  readonly subject: string | null;
  readonly findings: readonly Finding[];
  readonly value: number | null;
  readonly startedAt: Date;
  readonly firedAt: Date | null;
  readonly lastSeenAt: Date;
}

/** An alarm without a project is reached by grants over the whole installation alone. */
export const createAlarmReader = (db: Database) => ({
  listAlarms: async (scope: Scope, filter: AlarmFilter, beforeId: string | undefined, limit: number) => {
    let query = db
      .selectFrom('alarms')
      .selectAll()
      .where((eb) => within(scope, { project: eb.ref('project_id') }))
      .orderBy('id', 'desc')
      .limit(limit);
    if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    if (filter.acknowledged !== undefined) {
      query = query.where('acknowledged_at', filter.acknowledged ? 'is not' : 'is', null);
    }
    if (beforeId !== undefined) query = query.where('id', '<', beforeId);
    return typed(await query.execute());
  },
  listAlarmsById: async (ids: readonly string[]): Promise<AlarmRow[]> =>
    typed(
      await db
        .selectFrom('alarms')
        .selectAll()
        .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
        .execute(),
    ),
  deleteResolvedBefore: async (time: Date): Promise<void> => {
    await db.deleteFrom('alarms').where('state', '=', 'resolved').where('resolved_at', '<', time).execute();
  },
});

export const createAlarmTransactor = (tx: Transactor) => ({
  lockAlarm: (scope: Scope, id: string) =>
    tx
      .selectFrom('alarms')
      .select(['project_id', 'rule_name'])
      .where('id', '=', id)
      .where((eb) => within(scope, { project: eb.ref('project_id') }))
      .forUpdate()
      .executeTakeFirst(),
  listOpenAlarms: async (ruleIds: readonly string[]): Promise<OpenAlarm[]> => {
    const rows = await tx
      .selectFrom('alarms')
      .select([
        'id',
        'rule_id as ruleId',
        'rule_name as ruleName',
        'project_id as projectId',
        'state',
        'subject',
        'started_at as startedAt',
        'last_seen_at as lastSeenAt',
        'notified_at as notifiedAt',
      ])
      .where('rule_id', '=', sql<string>`any(${[...ruleIds]}::uuid[])`)
      .where('state', '<>', 'resolved')
      .orderBy('id')
      .execute();
    return rows as OpenAlarm[];
  },
  insertAlarm: async (alarm: NewAlarm): Promise<void> => {
    await tx
      .insertInto('alarms')
      .values({
        id: alarm.id,
        rule_id: alarm.ruleId,
        project_id: alarm.projectId,
        rule_name: alarm.ruleName,
        severity: alarm.severity,
        state: alarm.state,
        subject: alarm.subject,
        findings: JSON.stringify(alarm.findings),
        value: alarm.value,
        started_at: alarm.startedAt,
        fired_at: alarm.firedAt,
        notified_at: alarm.firedAt,
        last_seen_at: alarm.lastSeenAt,
      })
      .execute();
  },
  fireAlarm: async (
    id: string,
    fired: { at: Date; findings: readonly Finding[]; value: number | null },
  ): Promise<void> => {
    await tx
      .updateTable('alarms')
      .set({
        state: 'firing',
        fired_at: fired.at,
        notified_at: fired.at,
        last_seen_at: fired.at,
        findings: JSON.stringify(fired.findings),
        value: fired.value,
      })
      .where('id', '=', id)
      .execute();
  },
  restartAlarm: async (id: string, at: Date): Promise<void> => {
    await tx.updateTable('alarms').set({ started_at: at, last_seen_at: at }).where('id', '=', id).execute();
  },
  resolveAlarm: async (id: string, at: Date): Promise<void> => {
    await tx.updateTable('alarms').set({ state: 'resolved', resolved_at: at }).where('id', '=', id).execute();
  },
  deleteAlarm: async (id: string): Promise<void> => {
    await tx.deleteFrom('alarms').where('id', '=', id).execute();
  },
  remindOf: async (id: string, told: { at: Date; findings: readonly Finding[] }): Promise<void> => {
    await tx
      .updateTable('alarms')
      .set({ notified_at: told.at, findings: JSON.stringify(told.findings) })
      .where('id', '=', id)
      .execute();
  },
  saveLastSeen: async (seen: ReadonlyMap<string, Date>): Promise<void> => {
    if (seen.size === 0) return;
    await sql`update alarms set last_seen_at = greatest(last_seen_at, seen.at)
      from unnest(${[...seen.keys()]}::uuid[], ${[...seen.values()]}::timestamptz[]) as seen (id, at)
      where alarms.id = seen.id`.execute(tx);
  },
  /** The first who looks after it stays; a later note replaces the earlier. */
  acknowledge: async (
    id: string,
    by: { userId: string; name: string; note: string | undefined; at: Date },
  ) => {
    await tx
      .updateTable('alarms')
      .set((eb) => ({
        acknowledged_at: eb.fn.coalesce('acknowledged_at', sql<Date>`${by.at}::timestamptz`),
        acknowledged_by: eb.fn.coalesce('acknowledged_by', sql<string>`${by.userId}::uuid`),
        acknowledged_by_name: eb.fn.coalesce('acknowledged_by_name', sql<string>`${by.name}::text`),
        ...(by.note === undefined ? {} : { note: by.note }),
      }))
      .where('id', '=', id)
      .execute();
  },
});

export type AlarmReader = ReturnType<typeof createAlarmReader>;
