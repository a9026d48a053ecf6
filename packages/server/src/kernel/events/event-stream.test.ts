import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { waitFor } from '../../../test/wait.ts';
import { systemClock } from '../clock.ts';
import { createNotifications } from '../db/notifications.ts';
import { createLogger } from '../log.ts';
import { createEventStream, type EventStream } from './event-stream.ts';
import type { DomainEvent, StoredEvent } from './events.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

const log = createLogger('silent');

interface Replica extends AsyncDisposable {
  readonly events: EventStream;
  readonly seen: StoredEvent[];
}

const createReplica = async (): Promise<Replica> => {
  const stack = new AsyncDisposableStack();
  const notifications = stack.use(createNotifications({ url: database.url, clock: systemClock, log }));
  const events = stack.use(
    await createEventStream({ db: database.db, notifications, clock: systemClock, log }),
  );
  const seen: StoredEvent[] = [];
  events.subscribe((batch) => seen.push(...batch));
  return { events, seen, [Symbol.asyncDispose]: () => stack.disposeAsync() };
};

const event = (subject: string): DomainEvent => ({
  name: 'test.happened',
  topic: null,
  projectId: null,
  ownerId: null,
  entityId: 'x',
  subject,
});
const subjects = (events: readonly StoredEvent[]): string[] => events.map(({ subject }) => subject);

test('what is published on one replica is seen on every one, once it is committed', async () => {
  await using one = await createReplica();
  await using other = await createReplica();
  await database.db
    .transaction()
    .execute(async (transaction) => {
      await one.events.publish(transaction, event('taken back'));
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  await one.events.publish(database.db, event('kept'));
  for (const { seen } of [one, other]) {
    await waitFor('the event', () => seen.length > 0);
    assert.deepEqual(subjects(seen), ['kept']);
  }
});

test('an event that commits after later ones is delivered, and the position waits for it', async () => {
  await using replica = await createReplica();
  const { events, seen } = replica;
  const late = Promise.withResolvers<void>();
  const published = Promise.withResolvers<void>();
  const slow = database.db.transaction().execute(async (transaction) => {
    await events.publish(transaction, event('slow'));
    published.resolve();
    await late.promise;
  });
  await published.promise;
  await events.publish(database.db, event('quick'));
  await waitFor('the quick one', () => subjects(seen).includes('quick'));
  const quickSeq = seen.find(({ subject }) => subject === 'quick')?.seq ?? 0;
  assert.ok(events.position < quickSeq - 1, 'a cursor taken now would lose the slow one');
  assert.deepEqual(subjects(await events.readAfter(events.position, 10)), ['quick']);
  late.resolve();
  await slow;
  await waitFor('the slow one', () => subjects(seen).includes('slow'));
  await waitFor('the position', () => events.position >= quickSeq);
  assert.deepEqual(
    subjects(seen).toSorted((a, b) => a.localeCompare(b)),
    ['quick', 'slow'],
  );
});

test('who comes back with the position they had gets everything since, and nothing twice from one read', async () => {
  await using replica = await createReplica();
  const { events } = replica;
  await events.publish(database.db, event('before'));
  await waitFor('the event', () => replica.seen.length > 0);
  const cursor = events.position;
  for (let at = 0; at < 25; at += 1) await events.publish(database.db, event(`e${at}`));
  const read: StoredEvent[] = [];
  for (;;) {
    const page = await events.readAfter(read.at(-1)?.seq ?? cursor, 10);
    if (page.length === 0) break;
    read.push(...page);
  }
  assert.deepEqual(
    subjects(read),
    Array.from({ length: 25 }, (_, at) => `e${at}`),
  );
});

test('a subscriber that throws does not keep the others from hearing', async () => {
  await using replica = await createReplica();
  const { events } = replica;
  events.subscribe(() => {
    throw new Error('a broken subscriber');
  });
  const heard: string[] = [];
  events.subscribe((batch) => heard.push(...subjects(batch)));
  await events.publish(database.db, event('first'));
  await waitFor('the first', () => heard.includes('first'));
  await events.publish(database.db, event('second'));
  await waitFor('the second', () => heard.includes('second'));
});

/** The tables as a backup of the whole database holds them, and as its restore leaves them. */
const backUp = async (): Promise<() => Promise<void>> => {
  const { pool } = database;
  await pool.query('DROP SCHEMA IF EXISTS backup CASCADE; CREATE SCHEMA backup');
  for (const table of ['events', 'event_epochs'])
    await pool.query(`CREATE TABLE backup.${table} AS TABLE app.${table}`);
  return async () => {
    for (const table of ['events', 'event_epochs']) {
      await pool.query(`TRUNCATE app.${table}`);
      await pool.query(`INSERT INTO app.${table} OVERRIDING SYSTEM VALUE SELECT * FROM backup.${table}`);
    }
    await pool.query(
      `SELECT setval(pg_get_serial_sequence('app.events', 'seq'), (SELECT max(seq) FROM app.events))`,
    );
  };
};
const publishMany = async (replica: Replica, count: number): Promise<{ seq: number; epoch: string }> => {
  const wanted = replica.seen.length + count;
  for (let at = 0; at < count; at += 1) await replica.events.publish(database.db, event(`n${at}`));
  await waitFor('the events', () => replica.seen.length >= wanted);
  const seq = replica.events.position;
  return { seq, epoch: replica.events.epochAt(seq) };
};

test('a number that was given out before a restore is recognised when the restored numbers have overtaken it', async () => {
  let restore: () => Promise<void>;
  let before: { seq: number; epoch: string };
  let lost: { seq: number; epoch: string };
  let lostAndRestarted: { seq: number; epoch: string };
  {
    await using first = await createReplica();
    before = await publishMany(first, 3);
    restore = await backUp();
    lost = await publishMany(first, 5);
    assert.equal(lost.epoch, before.epoch);
  }
  {
    await using second = await createReplica();
    lostAndRestarted = await publishMany(second, 5);
    assert.equal(await second.events.isKeptAfter(lost.seq, lost.epoch), true, 'a restart is no restore');
  }
  await restore();
  await using restored = await createReplica();
  const now = await publishMany(restored, 30);
  assert.ok(now.seq > lostAndRestarted.seq, 'they have overtaken it');
  const { events } = restored;
  assert.equal(await events.isKeptAfter(lost.seq), true, 'the number alone does not tell');
  assert.equal(await events.isKeptAfter(lost.seq, lost.epoch), false);
  assert.equal(await events.isKeptAfter(lostAndRestarted.seq, lostAndRestarted.epoch), false);
  assert.equal(await events.isKeptAfter(before.seq, before.epoch), true);
  assert.equal(await events.isKeptAfter(now.seq, now.epoch), true);
});

test('another replica that starts makes no number of the others invalid', async () => {
  await using one = await createReplica();
  const early = await publishMany(one, 3);
  await using other = await createReplica();
  const late = await publishMany(one, 3);
  await waitFor('the other', () => other.events.position >= late.seq);
  for (const { events } of [one, other]) {
    for (const { seq, epoch } of [early, late]) assert.equal(await events.isKeptAfter(seq, epoch), true);
    assert.equal(events.epochAt(late.seq), late.epoch);
  }
  assert.notEqual(early.epoch, late.epoch);
});
