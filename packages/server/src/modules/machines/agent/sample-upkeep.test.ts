import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createLogger } from '../../../kernel/log.ts';
import { busyStatus, createAgentBed, type AgentBed, type Rented } from './agent-test-kit.ts';
import { createSampleStore } from './sample-store.ts';
import { createSampleUpkeep } from './sample-upkeep.ts';

let bed: AgentBed;
before(async () => {
  bed = await createAgentBed();
});
after(() => bed[Symbol.asyncDispose]());

const nothing = {
  cpu_percent: null,
  memory_used_mb: null,
  memory_total_mb: null,
  disk_used_gb: null,
  disk_total_gb: null,
  disk_mbps: null,
  network_mbps: null,
  sessions: null,
  input_seconds_ago: null,
};
const openUpkeep = () =>
  createSampleUpkeep({
    store: createSampleStore(bed.database.db),
    clock: bed.clock,
    log: createLogger('silent'),
  });
const minutesOf = ({ machineId }: Rented) =>
  bed.database.db
    .selectFrom('machine_sample_minutes')
    .selectAll()
    .where('machine_id', '=', machineId)
    .orderBy('minute')
    .execute();
const countSamples = async ({ machineId }: Rented): Promise<number> => {
  const rows = await bed.database.db
    .selectFrom('machine_samples')
    .select('at')
    .where('machine_id', '=', machineId)
    .execute();
  return rows.length;
};
/** To the begin of the next minute, so that three beats follow in each. */
const toMinute = (): void => bed.clock.advance(60_000 - (bed.clock.now().getTime() % 60_000) - 10_000);

it('each whole minute becomes one mean, once, where it may still grow not yet', async () => {
  const machine = await bed.rent();
  await using upkeep = openUpkeep();
  toMinute();
  await bed.beat(machine, 2);
  await bed.beat(machine, 1, { ...busyStatus, gpu_metrics: null });
  bed.clock.advance(15_000);
  await upkeep.run();
  assert.deepEqual(await minutesOf(machine), [], 'its last beats may be on their way');
  await bed.beat(machine, 4);
  await upkeep.run();
  await upkeep.run();
  const minutes = await minutesOf(machine);
  assert.deepEqual(
    minutes.map(({ beats }) => beats),
    [3, 2],
  );
  const [first] = minutes;
  assert.equal(first?.gpu_percent, 0.5, 'of the beats that had the figure');
  assert.ok(Math.abs((first?.cpu_percent ?? 0) - (2 + 2 + 90) / 3) < 0.01);
  assert.ok(Math.abs((first?.gpu_memory_percent ?? 0) - 100 / 48) < 0.01);
  assert.equal(first?.gpu_temperature, 40, 'of the hottest');
  assert.equal(first?.disk_percent, 25);
});

it('a figure that no beat of the minute had is null', async () => {
  const machine = await bed.rent();
  await using upkeep = openUpkeep();
  toMinute();
  await bed.beat(machine, 4, { gpu_metrics: null, figures: nothing });
  await upkeep.run();
  const [minute] = await minutesOf(machine);
  assert.deepEqual(
    [minute?.gpu_percent, minute?.gpu_memory_percent, minute?.cpu_percent],
    [null, null, null],
  );
});

it('beats are kept for an hour, or for the idle window where that is longer, and their means after that', async () => {
  const machine = await bed.rent();
  const patient = await bed.rent({ policy: { window_seconds: 7200 } });
  await using upkeep = openUpkeep();
  toMinute();
  await bed.beat(machine, 6);
  await bed.beat(patient, 6);
  bed.clock.advance(3_600_000 + 120_000);
  await upkeep.run();
  assert.equal(await countSamples(machine), 0);
  assert.equal(await countSamples(patient), 6);
  assert.equal((await minutesOf(machine)).length, 2);
  bed.clock.advance(3_600_000 + 120_000);
  await upkeep.run();
  assert.equal(await countSamples(patient), 0);
});

it('means are kept for 30 days, also of a machine that is heard of no more', async () => {
  const machine = await bed.rent();
  await using upkeep = openUpkeep();
  toMinute();
  await bed.beat(machine, 4);
  await upkeep.run();
  bed.clock.advance(30 * 86_400_000 - 3_600_000);
  await upkeep.run();
  assert.equal((await minutesOf(machine)).length, 2);
  bed.clock.advance(7_200_000);
  await upkeep.run();
  assert.equal((await minutesOf(machine)).length, 0);
});

it('what came while nobody looked becomes means before it is deleted', async () => {
  const machine = await bed.rent();
  await using upkeep = openUpkeep();
  toMinute();
  await bed.beat(machine, 4);
  bed.clock.advance(5 * 3_600_000);
  await upkeep.run();
  assert.equal(await countSamples(machine), 0);
  assert.equal((await minutesOf(machine)).length, 2);
});
