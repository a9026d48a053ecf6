import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { waitFor } from '../../../test/wait.ts';
import { systemClock } from '../clock.ts';
import { createLogger } from '../log.ts';
import { createNotifications } from './notifications.ts';
import { notify } from './notify.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

const log = createLogger('silent');
const open = () => createNotifications({ url: database.url, clock: systemClock, log });
const backends = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`;

test('a payload reaches every listener of its channel after commit, and nobody after a rollback', async () => {
  await using notifications = open();
  const heard: (string | undefined)[] = [];
  const other: (string | undefined)[] = [];
  notifications.listen('channel one', (payload) => heard.push(payload));
  notifications.listen('channel two', (payload) => other.push(payload));
  await waitFor('the connection', () => heard.includes(undefined) && other.includes(undefined));
  await database.db
    .transaction()
    .execute(async (transaction) => {
      await notify(transaction, 'channel one', 'taken back');
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  await notify(database.db, 'channel one', 'kept');
  await waitFor('the payload', () => heard.includes('kept'));
  assert.deepEqual(
    heard.filter((payload) => payload !== undefined),
    ['kept'],
  );
  assert.deepEqual(
    other.filter((payload) => payload !== undefined),
    [],
  );
});

test('after the connection was lost listeners are told that anything may have happened, and hear again', async () => {
  await using notifications = open();
  const heard: (string | undefined)[] = [];
  notifications.listen('dumont_lost', (payload) => heard.push(payload));
  const { pid } = await waitFor('the connection', async () => {
    const { rows } = await database.pool.query<{ pid: number }>(backends);
    return heard.length > 0 ? rows[0] : undefined;
  });
  const before = heard.length;
  await database.pool.query('SELECT pg_terminate_backend($1)', [pid]);
  await waitFor('the gap', () => heard.length > before && heard.at(-1) === undefined);
  await notify(database.db, 'dumont_lost', 'again');
  await waitFor('the payload', () => heard.includes('again'));
});

test('who begins to listen later is told once it is listened for, and then hears all', async () => {
  await using notifications = open();
  const first: (string | undefined)[] = [];
  notifications.listen('dumont_first', (payload) => first.push(payload));
  await waitFor('the connection', () => first.length > 0);
  const heard: (string | undefined)[] = [];
  notifications.listen('dumont_later', (payload) => heard.push(payload));
  await waitFor('being listened for', () => heard.includes(undefined));
  await notify(database.db, 'dumont_later', 'at once');
  await waitFor('the payload', () => heard.includes('at once'));
  assert.deepEqual(first, [undefined]);
});

test('who has stopped listening is not called any more', async () => {
  await using notifications = open();
  const left: (string | undefined)[] = [];
  const stays: (string | undefined)[] = [];
  const stop = notifications.listen('dumont_left', (payload) => left.push(payload));
  notifications.listen('dumont_left', (payload) => stays.push(payload));
  await waitFor('the connection', () => stays.includes(undefined));
  stop();
  await notify(database.db, 'dumont_left', 'late');
  await waitFor('the payload', () => stays.includes('late'));
  assert.ok(!left.includes('late'));
});

test('ending closes the connection', async () => {
  const notifications = open();
  const heard: (string | undefined)[] = [];
  notifications.listen('dumont_ending', (payload) => heard.push(payload));
  await waitFor('the connection', () => heard.length > 0);
  await notifications[Symbol.asyncDispose]();
  await waitFor('the end', async () => (await database.pool.query(backends)).rows.length === 0);
});
