import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import type { AgentFigures } from '@dumont/contracts/machines/agent';
import type { DeadManConfig } from './config.ts';
import { createDeadMan } from './dead-man.ts';
import type { GpuMetrics } from './gpus.ts';

const config: DeadManConfig = {
  after_hours: 2,
  save: [
    ['restic', 'backup', '/workspace'],
    ['restic', 'check'],
  ],
  environment: {},
  stop: { method: 'PUT', url: 'https://provider.example', authorization: 'Bearer own key', body: '' },
};
const quiet: AgentFigures = {
  cpu_percent: 1,
  memory_used_mb: 1,
  memory_total_mb: 2,
  disk_used_gb: 1,
  disk_total_gb: 2,
  disk_mbps: 0,
  network_mbps: 0,
  sessions: 0,
  input_seconds_ago: null,
};
const gpus: GpuMetrics = {
  utilization: 0,
  gpu_count: 1,
  gpu_names: ['X'],
  gpu_utilizations: [0],
  gpu_memory_used: [1],
  gpu_memory_total: [2],
  gpu_temperatures: [30],
};

const minuteMs = 60_000;
let nowMs = 0;
let done: string[] = [];
let failing: string | undefined;
let hasRun = false;
beforeEach(() => {
  nowMs = 0;
  done = [];
  failing = undefined;
  hasRun = false;
});

const openSwitch = (given: DeadManConfig | null = config) =>
  createDeadMan({
    config: given,
    elapsedMs: () => nowMs,
    hasRun: async () => hasRun,
    run: async (command) => {
      done.push(command.join(' '));
      return { out: '', isOk: command[1] !== failing };
    },
    stop: async ({ authorization }) => {
      done.push(`stop with ${authorization}`);
      return true;
    },
    log: () => undefined,
  });
const pass = async (
  minutes: number,
  deadMan: ReturnType<typeof openSwitch>,
  figures: AgentFigures = quiet,
  metrics: GpuMetrics | null = gpus,
): Promise<void> => {
  for (let minute = 0; minute < minutes; minute += 1) {
    nowMs += minuteMs;
    await deadMan.look(figures, metrics);
  }
};
const all = ['restic backup /workspace', 'restic check', 'stop with Bearer own key'];

it('an abandoned machine that is quiet for hours is saved, verified, and then stopped', async () => {
  const deadMan = openSwitch();
  await pass(119, deadMan);
  assert.deepEqual(done, []);
  await pass(3, deadMan);
  assert.deepEqual(done, all);
});

it('it is off unless it is configured', async () => {
  await pass(10_000, openSwitch(null));
  assert.deepEqual(done, []);
});

it('a word of the server keeps it off', async () => {
  const deadMan = openSwitch();
  for (let hour = 0; hour < 10; hour += 1) {
    await pass(60, deadMan);
    deadMan.heard();
  }
  assert.deepEqual(done, []);
});

it('a machine that worked, whose figures are unknown, or where somebody typed is not stopped', async () => {
  const busy: [AgentFigures, GpuMetrics | null][] = [
    [{ ...quiet, cpu_percent: 50 }, gpus],
    [{ ...quiet, disk_mbps: null }, gpus],
    [{ ...quiet, network_mbps: 1 }, gpus],
    [{ ...quiet, sessions: 1, input_seconds_ago: 5 }, gpus],
    [{ ...quiet, sessions: null }, gpus],
    [quiet, null],
    [quiet, { ...gpus, gpu_utilizations: [] }],
    [quiet, { ...gpus, gpu_utilizations: [null] }],
    [quiet, { ...gpus, gpu_utilizations: [90] }],
  ];
  for (const [figures, metrics] of busy) {
    const deadMan = openSwitch();
    await pass(110, deadMan);
    await pass(1, deadMan, figures, metrics);
    await pass(100, deadMan);
    assert.deepEqual(done, [], JSON.stringify([figures, metrics]));
  }
});

it('a run on the machine keeps it, and only that of all', async () => {
  const deadMan = openSwitch();
  hasRun = true;
  await pass(300, deadMan);
  assert.deepEqual(done, []);
  hasRun = false;
  await pass(1, deadMan);
  assert.deepEqual(done, all);
});

it('files that cannot be saved or verified keep it running, and it is tried again an hour later (D27)', async () => {
  for (const step of ['backup', 'check']) {
    done = [];
    failing = step;
    const deadMan = openSwitch();
    await pass(150, deadMan);
    assert.equal(done.includes(all[2] ?? ''), false, step);
    const tries = done.length;
    failing = undefined;
    await pass(40, deadMan);
    assert.equal(done.length > tries && done.at(-1) === all[2], true);
  }
});
