import type { Finding } from '@dumont/contracts/finding';
import { sql } from 'kysely';
import { renewLeases } from '../../kernel/lease/renew-leases.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import { createAlarmReader, type AlarmRow } from './alarm-store.ts';

export const notificationChannel = 'dumont_alarm_notifications';

export type About = 'firing' | 'resolved';

export interface NewNotification {
  readonly id: string;
  readonly alarmId: string;
  readonly about: About;
  readonly channel: 'webhook' | 'mail';
  readonly target: string;
  readonly mailId: string | null;
  /** Where it cannot be sent at all. */
  readonly error: Finding | null;
  readonly dueAt: Date;
}

export interface NotificationRow {
  readonly alarmId: string;
  readonly channel: 'webhook' | 'mail';
  readonly target: string;
  readonly mailId: string | null;
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly attempts: number;
  readonly error: Finding | null;
}

export interface ClaimedNotification {
  readonly id: string;
  readonly about: About;
  readonly target: string;
  readonly attempts: number;
  readonly alarm: AlarmRow;
}

interface Held {
  readonly id: string;
  readonly token: string;
}

export const insertNotifications = async (
  tx: Transactor,
  notifications: readonly NewNotification[],
): Promise<void> => {
  if (notifications.length === 0) return;
  await tx
    .insertInto('alarm_notifications')
    .values(
      notifications.map((notification) => ({
        id: notification.id,
        alarm_id: notification.alarmId,
        about: notification.about,
        channel: notification.channel,
        target: notification.target,
        mail_id: notification.mailId,
        state: notification.error === null ? 'waiting' : 'failed',
        error: notification.error,
        due_at: notification.dueAt,
      })),
    )
    .execute();
  await sql`select pg_notify(${notificationChannel}, '')`.execute(tx);
};

/** Webhooks as leased rows; of mails only which mail it is. */
export const createNotificationStore = (db: Database) => {
  const held = ({ id, token }: Held) =>
    db
      .updateTable('alarm_notifications')
      .where('id', '=', id)
      .where('lease_token', '=', token)
      .where('state', '=', 'waiting');
  const { listAlarmsById } = createAlarmReader(db);
  const free = { lease_token: null, lease_expires_at: null };

  return {
    listOfAlarms: async (alarmIds: readonly string[]): Promise<NotificationRow[]> => {
      const rows = await db
        .selectFrom('alarm_notifications')
        .select([
          'alarm_id as alarmId',
          'channel',
          'target',
          'mail_id as mailId',
          'state',
          'attempts',
          'error',
        ])
        .where('alarm_id', '=', sql<string>`any(${[...alarmIds]}::uuid[])`)
        .orderBy('id')
        .execute();
      return rows as NotificationRow[];
    },
    /** The resolution waits for the notification that the alarm fires: else a target would end up believing that. */
    claim: async (
      lease: { token: string; expiresAt: Date; now: Date },
      limit: number,
    ): Promise<ClaimedNotification[]> => {
      const { rows } = await sql<Omit<ClaimedNotification, 'alarm'> & { alarmId: string }>`
        with due as (
          select id from alarm_notifications one
          where state = 'waiting' and channel = 'webhook' and due_at <= ${lease.now}
            and (lease_expires_at is null or lease_expires_at <= ${lease.now})
            and not exists (
              select 1 from alarm_notifications earlier
              where earlier.alarm_id = one.alarm_id and earlier.target = one.target and earlier.state = 'waiting'
                and earlier.channel = 'webhook' and earlier.id < one.id)
          order by due_at limit ${limit} for update skip locked)
        update alarm_notifications one
        set lease_token = ${lease.token}, lease_expires_at = ${lease.expiresAt}, attempts = attempts + 1
        from due where one.id = due.id
        returning one.id, about, target, attempts, alarm_id as "alarmId"`.execute(db);
      if (rows.length === 0) return [];
      const alarms = await listAlarmsById(rows.map(({ alarmId }) => alarmId));
      return rows.flatMap(({ alarmId, ...row }) => {
        const alarm = alarms.find(({ id }) => id === alarmId);
        return alarm === undefined ? [] : [{ ...row, alarm }];
      });
    },
    renew: renewLeases(db, 'alarm_notifications'),
    finish: async (row: Held, end: { state: 'sent' | 'failed'; error: Finding | null }): Promise<void> => {
      await held(row)
        .set({ ...end, ...free })
        .execute();
    },
    retry: async (row: Held, next: { error: Finding; dueAt: Date }): Promise<void> => {
      await held(row)
        .set({ error: next.error, due_at: next.dueAt, ...free })
        .execute();
    },
    /** Gives it back untried. */
    release: async (row: Held): Promise<void> => {
      await held(row)
        .set({ attempts: sql`attempts - 1`, ...free })
        .execute();
    },
  };
};

export type NotificationStore = ReturnType<typeof createNotificationStore>;
