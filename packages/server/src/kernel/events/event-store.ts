import { sql, type RawBuilder } from 'kysely';
import type { Database, Executor } from '../db/database.ts';
import type { Epoch } from './epochs.ts';
import type { DomainEvent, StoredEvent } from './events.ts';

/** The event that begins an epoch; its subject is the number that it follows. */
export const epochEvent = 'stream.started';

interface PublishedChange<Row> {
  readonly change: RawBuilder<Row>;
  readonly event: DomainEvent;
  readonly at: Date;
  readonly channel: string;
  readonly wakes: { readonly channel: string; readonly payload: string } | undefined;
}

interface EventStore {
  lastSeq(): Promise<number>;
  /** Begins an epoch with an event of its own, which every replica reads like any other. */
  beginEpoch(at: Date, channel: string): Promise<void>;
  readEpochs(): Promise<readonly Epoch[]>;
  insert(executor: Executor, event: DomainEvent, at: Date, channel: string): Promise<void>;
  change<Row>(executor: Executor, published: PublishedChange<Row>): Promise<Row | undefined>;
  /** The first and the last number that is kept; undefined when none is. */
  findKept(): Promise<{ first: number; last: number } | undefined>;
  readAfter(seq: number, limit: number): Promise<readonly StoredEvent[]>;
  readSeqs(seqs: readonly number[]): Promise<readonly StoredEvent[]>;
  deleteBefore(time: Date): Promise<void>;
}

const findingsOf = ({ findings }: DomainEvent): string | null =>
  findings === undefined ? null : JSON.stringify(findings);

export const createEventStore = (db: Database): EventStore => {
  const select = db
    .selectFrom('events')
    .select([
      'seq',
      'name',
      'topic',
      'project_id as projectId',
      'owner_id as ownerId',
      'entity_id as entityId',
      'subject',
      'findings',
      'at',
    ]);
  const typed = (rows: Awaited<ReturnType<typeof select.execute>>): StoredEvent[] => rows as StoredEvent[];
  return {
    beginEpoch: async (at, channel) => {
      await sql`with last as (select coalesce(max(seq), 0) as seq from events),
        begun as (
          insert into events (name, entity_id, subject, at)
          select ${epochEvent}, gen_random_uuid(), last.seq, ${at}::timestamptz from last
          returning seq, entity_id, subject, at),
        kept as (
          insert into event_epochs (seq, id, follows, at)
          select seq, entity_id::uuid, subject::bigint, at from begun)
        select pg_notify(${channel}, seq::text) from begun`.execute(db);
    },
    readEpochs: () => db.selectFrom('event_epochs').select(['seq', 'id', 'follows']).orderBy('seq').execute(),
    lastSeq: async () => {
      const row = await db
        .selectFrom('events')
        .select((eb) => eb.fn.max('seq').as('seq'))
        .executeTakeFirst();
      return row?.seq ?? 0;
    },
    findKept: async () => {
      const row = await db
        .selectFrom('events')
        .select((eb) => [eb.fn.min('seq').as('first'), eb.fn.max('seq').as('last')])
        .executeTakeFirstOrThrow();
      // Aggregates over no rows are null, whatever their type says.
      const { first, last } = row as { first: number | null; last: number | null };
      return first === null || last === null ? undefined : { first, last };
    },
    insert: async (executor, event, at, channel) => {
      // One statement: the notification goes out when the transaction commits.
      await sql`with stored as (
          insert into events (name, topic, project_id, owner_id, entity_id, subject, findings, at)
          values (${event.name}, ${event.topic}, ${event.projectId}, ${event.ownerId}, ${event.entityId},
            ${event.subject}, ${findingsOf(event)}::jsonb, ${at})
          returning seq)
        select pg_notify(${channel}, seq::text) from stored`.execute(executor);
    },
    change: async <Row>(executor: Executor, { change, event, at, channel, wakes }: PublishedChange<Row>) => {
      const waking =
        wakes === undefined
          ? sql``
          : sql`union all select pg_notify(${wakes.channel}, ${wakes.payload}) from stored`;
      const { rows } = await sql<Row>`with changed as (${change}),
        stored as (
          insert into events (name, topic, project_id, owner_id, entity_id, subject, findings, at)
          select ${event.name}::text, ${event.topic}::text, ${event.projectId}::uuid, ${event.ownerId}::uuid,
            ${event.entityId}::text, ${event.subject}::text, ${findingsOf(event)}::jsonb, ${at}::timestamptz
          from changed
          returning seq),
        told as (select pg_notify(${channel}, seq::text) from stored ${waking})
        select changed.* from changed, (select count(*) from told) as all_told`.execute(executor);
      return rows[0];
    },
    readAfter: async (seq, limit) =>
      typed(await select.where('seq', '>', seq).orderBy('seq').limit(limit).execute()),
    readSeqs: async (seqs) =>
      typed(
        await select
          .where(sql<boolean>`seq = any(${[...seqs]}::bigint[])`)
          .orderBy('seq')
          .execute(),
      ),
    deleteBefore: async (time) => {
      await db.deleteFrom('events').where('at', '<', time).execute();
      // One that no kept number belongs to: the next began before all of them.
      await sql`delete from event_epochs e
        where exists (select from event_epochs later where later.seq > e.seq and later.at < ${time})`.execute(
        db,
      );
    },
  };
};
