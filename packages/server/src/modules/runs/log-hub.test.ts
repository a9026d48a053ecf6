import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LogLine } from '@dumont/contracts/runs/logs';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { waitFor } from '../../../test/wait.ts';
import { systemClock } from '../../kernel/clock.ts';
import { notify } from '../../kernel/db/notify.ts';
import { createNotifications, type Notifications } from '../../kernel/db/notifications.ts';
import type { Outlet } from '../../kernel/events/outlet.ts';
import { createLogger } from '../../kernel/log.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { createLogHub, logChannel } from './log-hub.ts';
import { createLogStore } from './log-store.ts';

const log = createLogger('silent');
const random = createSystemRandom(systemClock);

/** A reader that may stand still for as long as the test likes. */
const createReader = () => {
  const seqs: number[] = [];
  let flow = Promise.resolve();
  let isDrained = true;
  let resume = (): void => undefined;
  const outlet: Outlet = {
    send: () => undefined,
    sendText: (text) => {
      const { payload } = JSON.parse(text.toString()) as { payload: { lines: LogLine[] } };
      seqs.push(...payload.lines.map((line) => line.seq));
    },
    sendBytes: () => assert.fail('nobody asked for compression'),
    drained: () => flow,
    get isDrained() {
      return isDrained;
    },
    closed: false,
  };
  return {
    outlet,
    seqs,
    stall: () => {
      isDrained = false;
      ({ promise: flow, resolve: resume } = Promise.withResolvers<void>());
    },
    resume: () => {
      isDrained = true;
      resume();
    },
  };
};

describe('live logs over two replicas', () => {
  let database: TestDatabase;
  let notifications: Notifications;
  before(async () => {
    database = await createTestDatabase();
    notifications = createNotifications({ url: database.url, clock: systemClock, log });
  });
  after(async () => {
    await notifications[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const bedOf = async () => {
    const store = createLogStore(database.db);
    const runId = random.id();
    const hubs = [1, 2].map(() => createLogHub({ store, notifications, log }));
    const [worker, other] = hubs;
    assert.ok(worker !== undefined && other !== undefined);
    let seq = 0;
    /** As a worker does it: commit, its own watchers, the other replicas. */
    const write = async (count: number, isTold = true): Promise<void> => {
      const lines = Array.from({ length: count }, (_, index): LogLine => ({
        seq: seq + 1 + index,
        ts: '2026-03-02T12:00:00.000Z',
        level: 'INFO',
        system: null,
        source: 'stdout',
        message: `line ${seq + 1 + index}`,
      }));
      seq += count;
      await database.pool.query(
        `INSERT INTO run_logs (run_id, seq, ts, level, source, message)
         SELECT $1, n, '2026-03-02T12:00:00Z', 1, 0, 'line ' || n FROM generate_series($2::int, $3::int) n`,
        [runId, seq - count + 1, seq],
      );
      worker.publish(runId, lines);
      if (isTold) await notify(database.db, logChannel, `${runId} ${seq}`);
    };
    const upTo = (from: number): number[] =>
      Array.from({ length: seq - from }, (_, index) => from + index + 1);
    const complete = (reader: { seqs: number[] }, from = 0) =>
      waitFor(`${seq} lines`, () => reader.seqs.length >= seq - from, 5000).then(() =>
        assert.deepEqual(reader.seqs, upTo(from)),
      );
    return { worker, other, runId, write, complete };
  };

  it('watchers on either get every line once and in order, whenever they come', async () => {
    const bed = await bedOf();
    const early = createReader();
    const remote = createReader();
    bed.worker.watch(bed.runId, 0, early.outlet, false);
    bed.other.watch(bed.runId, 0, remote.outlet, false);
    for (let round = 0; round < 20; round += 1) await bed.write(7);
    const late = createReader();
    bed.worker.watch(bed.runId, 0, late.outlet, false);
    const resumed = createReader();
    bed.other.watch(bed.runId, 50, resumed.outlet, false);
    for (let round = 0; round < 20; round += 1) await bed.write(200);
    await Promise.all([
      bed.complete(early),
      bed.complete(remote),
      bed.complete(late),
      bed.complete(resumed, 50),
    ]);
  });

  it('a slow watcher holds nobody up, and has everything in the end', async () => {
    const bed = await bedOf();
    const slow = createReader();
    const fast = createReader();
    bed.worker.watch(bed.runId, 0, slow.outlet, false);
    bed.worker.watch(bed.runId, 0, fast.outlet, false);
    await bed.write(5);
    await bed.complete(slow);
    slow.stall();
    for (let round = 0; round < 10; round += 1) await bed.write(1000);
    await bed.complete(fast);
    assert.ok(slow.seqs.length <= 5 + 1000, 'at most the batch that was on its way when it stopped reading');
    slow.resume();
    await bed.complete(slow);
  });

  it('a wake-up that was lost is made good when the connection comes back, even for a watcher that waits', async () => {
    const bed = await bedOf();
    const reader = createReader();
    bed.other.watch(bed.runId, 0, reader.outlet, false);
    await bed.write(3);
    await bed.complete(reader);
    await bed.write(4, false);
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    );
    await bed.complete(reader);
  });

  it('a wake-up for lines that are gone is not chased without end', async () => {
    const bed = await bedOf();
    const reader = createReader();
    bed.other.watch(bed.runId, 0, reader.outlet, false);
    await notify(database.db, logChannel, `${bed.runId} 9`);
    await bed.write(12);
    await bed.complete(reader);
  });
});
