import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createRunsBed, type RunsBed } from '../../../test/runs-bed.ts';
import { waitFor } from '../../../test/wait.ts';
import { AppError } from '../../kernel/errors.ts';
import type { RunKind } from './run-kind.ts';

let gate: Promise<void> = Promise.resolve();
let entered = (): void => undefined;
const kind: RunKind = {
  kind: 'pipeline',
  plan: async ({ subject, params, caller }) => {
    if (caller === undefined) {
      entered();
      await gate;
    }
    if (params['refused'] === true && caller === undefined) throw new AppError('pipeline.not_found');
    return {
      subject,
      params,
      timeoutSeconds: null,
      maxAttempts: 1,
      retryBackoffSeconds: 0,
      retryOn: [],
      concurrency: null,
      parts: [],
    };
  },
  prepare: async () => ({
    command: ['true'],
    environment: {},
    files: [],
    mounts: [],
    limits: {},
    secrets: [],
  }),
};

interface Schedule {
  id: string;
  nextFireAt: string | null;
  lastFireAt: string | null;
  lastRunId: string | null;
  lastError: string | null;
}

describe('schedules, with two replicas that fire them', () => {
  let one: RunsBed;
  let other: RunsBed;
  before(async () => {
    one = await createRunsBed({ worker: false });
    other = await createRunsBed({ database: one.database, projectId: one.projectId, worker: false });
    for (const bed of [one, other]) {
      bed.runs.api.registerKind(kind);
      bed.runs.startScheduler();
    }
  });
  after(async () => {
    await other[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
  });

  const ask = async (operation: 'createSchedule' | 'updateSchedule', input: object): Promise<Schedule> =>
    (await one.runs.handlers[operation]({ caller: one.caller, ...input } as never)) as Schedule;
  const create = (name: string, more: object = {}) =>
    ask('createSchedule', {
      body: {
        kind: 'pipeline',
        name,
        subject: name,
        params: {},
        cron: '0 3 1 1 *',
        timeZone: 'America/Sao_Paulo',
        businessDaysOnly: false,
        enabled: true,
        ...more,
      },
    });
  const makeDue = (schedule: Schedule, ago = '1 s') =>
    one.database.pool.query('UPDATE schedules SET next_fire_at = now() - $2::interval WHERE id = $1', [
      schedule.id,
      ago,
    ]);
  const fired = (schedule: Schedule) =>
    waitFor('the fire', async () => {
      const { rows } = await one.database.pool.query<{
        next_fire_at: Date;
        last_error: string | null;
        last_run_id: string | null;
      }>('SELECT * FROM schedules WHERE id = $1 AND last_fire_at IS NOT NULL AND lease_token IS NULL', [
        schedule.id,
      ]);
      return rows[0];
    });
  const runsOf = async (schedule: Schedule): Promise<number> => {
    const { rows } = await one.database.pool.query('SELECT 1 FROM runs WHERE schedule_id = $1', [
      schedule.id,
    ]);
    return rows.length;
  };

  it('each fires once, and what was missed for days becomes one run', async () => {
    const made = await Promise.all(['a', 'b', 'c', 'd'].map((name) => create(name, { cron: '0 * * * *' })));
    for (const schedule of made) await makeDue(schedule, '3 days');
    for (const schedule of made) {
      const row = await fired(schedule);
      assert.ok(row.next_fire_at.getTime() > Date.now());
      assert.equal(await runsOf(schedule), 1);
    }
  });

  it('one that lost its lease while it fired made no run beside that of who holds it now', async () => {
    const schedule = await create('fenced');
    let times = 0;
    const areIn = new Promise<void>((resolve) => {
      entered = () => {
        times += 1;
        resolve();
      };
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    await makeDue(schedule);
    await areIn;
    await ask('updateSchedule', { params: { id: schedule.id }, body: { params: { edited: true } } });
    await one.database.pool.query(
      `UPDATE schedules SET lease_token = gen_random_uuid(), lease_expires_at = now() - interval '1 s' WHERE id = $1`,
      [schedule.id],
    );
    resolve();
    const row = await fired(schedule);
    assert.equal(row.last_error, null);
    assert.equal(times, 2);
    const { rows } = await one.database.pool.query('SELECT id, params FROM runs WHERE schedule_id = $1', [
      schedule.id,
    ]);
    assert.deepEqual(rows, [{ id: row.last_run_id, params: { edited: true } }]);
  });

  it('one whose time zone is gone says so instead of firing for ever', async () => {
    const schedule = await create('homeless');
    await one.database.pool.query("UPDATE schedules SET time_zone = 'Mars/Olympus' WHERE id = $1", [
      schedule.id,
    ]);
    await makeDue(schedule);
    const row = await fired(schedule);
    assert.match(row.last_error ?? '', /Mars\/Olympus/);
    assert.deepEqual([row.next_fire_at, await runsOf(schedule)], [null, 0]);
  });

  it('one that is edited while it fires keeps the time that the edit gave it', async () => {
    const schedule = await create('edited', { cron: '0 * * * *' });
    const isIn = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    await makeDue(schedule);
    await isIn;
    const edited = await ask('updateSchedule', { params: { id: schedule.id }, body: { cron: '0 3 1 1 *' } });
    resolve();
    const row = await fired(schedule);
    assert.equal(row.next_fire_at.toISOString(), edited.nextFireAt);
  });

  it('a new name does not put off a fire that is due', async () => {
    const schedule = await create('renamed', { enabled: false });
    await makeDue(schedule);
    const { rows } = await one.database.pool.query<{ next_fire_at: Date }>(
      'SELECT next_fire_at FROM schedules WHERE id = $1',
      [schedule.id],
    );
    const renamed = await ask('updateSchedule', { params: { id: schedule.id }, body: { name: 'other' } });
    assert.equal(renamed.nextFireAt, rows[0]?.next_fire_at.toISOString());
    const resumed = await ask('updateSchedule', { params: { id: schedule.id }, body: { enabled: true } });
    assert.ok(Date.parse(resumed.nextFireAt ?? '') > Date.now(), 'what was paused does not catch up');
  });

  it('one that cannot start its run says why, and goes on', async () => {
    const schedule = await create('refused', { params: { refused: true } });
    await makeDue(schedule);
    const row = await fired(schedule);
    assert.ok(row.last_error);
    assert.equal(row.last_run_id, null);
    assert.ok(row.next_fire_at.getTime() > Date.now());
  });
});
