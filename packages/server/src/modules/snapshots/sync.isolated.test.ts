import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Caller } from '../../kernel/access/caller.ts';
import { systemClock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { RequestContext } from '../../kernel/http/handlers.ts';
import { createLogger } from '../../kernel/log.ts';
import { createJobBed, type JobBed, type TestMachine } from './job-test-kit.ts';
import { random } from './snapshots-test-kit.ts';
import { createSyncHandlers } from './sync.ts';

let bed: JobBed;
before(async () => {
  bed = await createJobBed();
});
after(() => bed[Symbol.asyncDispose]());

const context: RequestContext = {
  requestId: 'x',
  address: '127.0.0.1',
  userAgent: undefined,
  log: createLogger('silent'),
  signal: AbortSignal.timeout(120_000),
  idempotencyKey: undefined,
  bearer: undefined,
  cookies: {},
  secure: false,
  origin: 'http://127.0.0.1',
};

/** The routes, for somebody who may everything in the project. */
const open = (machine: TestMachine, machines = bed.machines) => {
  const caller: Caller = {
    userId: random.id(),
    name: 'Ada',
    email: 'ada@example.org',
    installation: new Set(),
    projects: new Map([[bed.projectId, new Set(['*'])]]),
    defaultProjectId: bed.projectId,
    sessionId: undefined,
  };
  const handlers = createSyncHandlers({
    api: bed.api,
    store: bed.snapshots,
    machines,
    clock: systemClock,
  });
  const params = { id: machine.machine.id };
  const source_path = join(machine.folder, 'work');
  return {
    sync: async (query: { force?: boolean; wait?: boolean; source_path?: string } = {}) => {
      const answer = await handlers.syncInstance({
        caller,
        params,
        query: { source_path, ...query },
        body: undefined as never,
        context,
      });
      assert.ok('snapshot_id' in answer);
      return answer;
    },
    status: () =>
      handlers.getSyncStatus({
        caller,
        params,
        query: undefined as never,
        body: undefined as never,
        context,
      }),
  };
};

test('a sync saves what changed and is verified; its status is read from what is stored', async () => {
  const machine = await bed.addMachine();
  const { sync, status } = open(machine);
  assert.deepEqual(await status(), {
    instance_id: machine.machine.id,
    synced: false,
    is_syncing: false,
    last_sync: null,
    last_sync_ago: null,
    last_sync_age_seconds: null,
    last_snapshot_id: null,
    sync_count: 0,
    last_stats: null,
    error: null,
  });
  await using _workers = bed.startWorkers();
  await writeFile(join(machine.folder, 'work/a'), 'one');
  const first = await sync();
  assert.deepEqual(
    [first.success, first.state, first.files_new, first.is_incremental, first.error],
    [true, 'verified', 1, false, null],
  );
  await writeFile(join(machine.folder, 'work/b'), 'two');
  const second = await sync();
  assert.deepEqual(
    [second.state, second.files_new, second.files_unmodified, second.is_incremental],
    ['verified', 1, 1, true],
  );
  assert.match(second.data_added ?? '', /^[\d.]+ k?B$/);

  const now = await status();
  assert.ok('sync_count' in now);
  assert.deepEqual(
    [now.synced, now.is_syncing, now.sync_count, now.last_snapshot_id, now.error],
    [true, false, 2, second.snapshot_id, null],
  );
  assert.match(now.last_sync_ago ?? '', / ago$/);
  assert.deepEqual(now.last_stats, {
    files_new: 1,
    files_changed: 0,
    files_unmodified: 1,
    data_added: second.data_added,
    data_added_bytes: second.data_added_bytes,
    duration_seconds: second.duration_seconds,
  });
  // A snapshot of another kind is none.
  await bed.api.create(machine.machine, { kind: 'manual', paths: ['/x'] });
  const later = await status();
  assert.ok('sync_count' in later);
  assert.deepEqual([later.is_syncing, later.sync_count], [false, 2]);
});

test('one that is under way is joined, of the same folder alone; `force` is one of its own', async () => {
  const machine = await bed.addMachine();
  const { sync, status } = open(machine);
  const first = await sync({ wait: false });
  assert.equal(first.state, 'creating');
  assert.equal((await sync({ wait: false })).snapshot_id, first.snapshot_id);
  const forced = await sync({ wait: false, force: true });
  assert.notEqual(forced.snapshot_id, first.snapshot_id);
  const other = await sync({ wait: false, source_path: machine.folder });
  assert.notEqual(other.snapshot_id, first.snapshot_id);
  const now = await status();
  assert.ok('is_syncing' in now);
  assert.deepEqual([now.synced, now.is_syncing, now.sync_count], [false, true, 0]);
});

test('a sync that cannot be made is no success and says why; the last good one still counts', async () => {
  const machine = await bed.addMachine();
  const { sync, status } = open(machine);
  await using _workers = bed.startWorkers();
  await writeFile(join(machine.folder, 'work/a'), 'one');
  const good = await sync();
  // Whoever had authority before has it no more.
  const stale = { ...machine.machine };
  machine.machine = { ...stale, epoch: stale.epoch + 1 };
  const asked = await bed.api.create(stale, { kind: 'auto', paths: [join(machine.folder, 'work')] });
  const failed = await bed.api.waitFor(asked.id, AbortSignal.timeout(60_000));
  assert.equal(failed.state, 'failed');
  const now = await status();
  assert.ok('error' in now);
  assert.deepEqual([now.synced, now.last_snapshot_id, now.sync_count], [true, good.snapshot_id, 1]);
  assert.equal(now.error, failed.error_message);
});

test('a machine that does not run is not synced: nothing is left waiting for it', async () => {
  const machine = await bed.addMachine();
  const { sync, status } = open(machine, {
    ...bed.machines,
    checkRunning: async () => {
      throw new AppError('machine.state', { state: 'hibernated', action: 'sync' });
    },
  });
  await assert.rejects(sync(), { code: 'machine.state' });
  const now = await status();
  assert.ok('is_syncing' in now);
  assert.equal(now.is_syncing, false);
});
