import type { Finding } from '@dumont/contracts/finding';
import { sql } from 'kysely';
import { renewLeases } from '../../kernel/lease/renew-leases.ts';
import type { Database, Executor } from '../../kernel/db/database.ts';
import type { MailDelivery, MailMessage } from './mail.ts';

export const mailChannel = 'dumont_mails';

export interface MailRow {
  readonly id: string;
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly attempts: number;
  readonly createdAt: Date;
}

interface Held {
  readonly id: string;
  readonly token: string;
}

/** Every change of a claimed mail answers whether the lease was still held. */
export interface MailStore {
  insert(executor: Executor, mail: MailMessage & { id: string; messageId: string; now: Date }): Promise<void>;
  claim(lease: { token: string; expiresAt: Date; now: Date }, limit: number): Promise<readonly MailRow[]>;
  renew(held: readonly Held[], expiresAt: Date): Promise<ReadonlySet<string>>;
  finish(mail: Held, end: { state: 'sent' | 'dead'; error: Finding | null; now: Date }): Promise<boolean>;
  retry(mail: Held, next: { error: Finding; dueAt: Date }): Promise<boolean>;
  /** Gives it back untried: the attempt does not count. */
  release(mail: Held): Promise<boolean>;
  deleteFinishedBefore(time: Date): Promise<void>;
  findDeliveries(ids: readonly string[]): Promise<ReadonlyMap<string, MailDelivery>>;
}

const states = { waiting: 'waiting', sent: 'sent', dead: 'failed' } as const;

export const createMailStore = (db: Database): MailStore => {
  const held = ({ id, token }: Held) =>
    db
      .updateTable('mails')
      .where('id', '=', id)
      .where('lease_token', '=', token)
      .where('state', '=', 'waiting');
  const free = { lease_token: null, lease_expires_at: null };
  const changed = (result: { numUpdatedRows: bigint }): boolean => result.numUpdatedRows > 0n;

  return {
    insert: async (executor, mail) => {
      await executor
        .insertInto('mails')
        .values({
          id: mail.id,
          message_id: mail.messageId,
          recipient: mail.to,
          subject: mail.subject,
          body_text: mail.text,
          body_html: mail.html ?? null,
          state: 'waiting',
          due_at: mail.now,
          created_at: mail.now,
        })
        .execute();
      await sql`select pg_notify(${mailChannel}, '')`.execute(executor);
    },
    claim: async ({ token, expiresAt, now }, limit) => {
      const { rows } = await sql<MailRow>`
        with due as (
          select id from mails
          where state = 'waiting' and due_at <= ${now} and (lease_expires_at is null or lease_expires_at <= ${now})
          order by due_at limit ${limit} for update skip locked)
        update mails set lease_token = ${token}, lease_expires_at = ${expiresAt}, attempts = attempts + 1
        from due where mails.id = due.id
        returning mails.id, message_id as "messageId", recipient as "to", subject, body_text as text,
          body_html as html, attempts, created_at as "createdAt"`.execute(db);
      return rows;
    },
    renew: renewLeases(db, 'mails'),
    finish: async (mail, { state, error, now }) =>
      changed(
        await held(mail)
          .set({ state, error, finished_at: now, body_text: null, body_html: null, ...free })
          .executeTakeFirst(),
      ),
    retry: async (mail, { error, dueAt }) =>
      changed(
        await held(mail)
          .set({ error, due_at: dueAt, ...free })
          .executeTakeFirst(),
      ),
    release: async (mail) =>
      changed(
        await held(mail)
          .set({ attempts: sql`attempts - 1`, ...free })
          .executeTakeFirst(),
      ),
    deleteFinishedBefore: async (time) => {
      await db.deleteFrom('mails').where('state', '<>', 'waiting').where('finished_at', '<', time).execute();
    },
    findDeliveries: async (ids) => {
      if (ids.length === 0) return new Map();
      const rows = await db
        .selectFrom('mails')
        .select(['id', 'state', 'attempts', 'error'])
        .where('id', 'in', ids)
        .execute();
      return new Map(
        rows.map(({ id, state, attempts, error }) => [
          id,
          { state: states[state as keyof typeof states], attempts, error: error as Finding | null },
        ]),
      );
    },
  };
};
