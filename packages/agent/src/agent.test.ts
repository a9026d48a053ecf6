import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentReply, AgentStatus } from '@dumont/contracts/machines/agent';
import { runAgent, type AgentDeps } from './agent.ts';
import type { GpuMetrics } from './gpus.ts';
import type { Reading } from './reading.ts';

const reply: AgentReply = {
  received: true,
  instance_id: 'm',
  action: 'none',
  message: '',
  next_beat_seconds: 20,
};
const gpus = (use: number): GpuMetrics => ({
  utilization: use,
  gpu_count: 1,
  gpu_names: ['X'],
  gpu_utilizations: [use],
  gpu_memory_used: [1],
  gpu_memory_total: [2],
  gpu_temperatures: [30],
});

interface Sent extends AgentStatus {
  readonly at: number;
}

/** An agent in a time of its own, on a machine that a test describes, until `beats` were sent. */
const run = async (
  beats: number,
  options: {
    answer?: (count: number) => Partial<AgentReply> | number | Error;
    machine?: (atMs: number) => { cpuSeconds?: number; gpu?: number; inputMs?: number };
    isOurs?: (count: number) => boolean;
  },
) => {
  const stop = new AbortController();
  const sent: Sent[] = [];
  const warnings: string[] = [];
  const logged: string[] = [];
  let nowMs = 0;
  let asked = 0;
  const machine = (): { cpuSeconds?: number; gpu?: number; inputMs?: number } =>
    options.machine?.(nowMs) ?? {};
  const readTerminals = async () => {
    const { inputMs } = machine();
    return { sessions: inputMs === undefined ? 0 : 1, lastInputMs: inputMs };
  };
  const deps: AgentDeps = {
    config: { url: 'http://server.example', token: 'secret', instance_id: 'm' },
    clock: {
      now: () => new Date(nowMs),
      elapsedMs: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
    },
    random: () => 0.5,
    cores: 4,
    uptimeSeconds: () => nowMs / 1000,
    read: async (): Promise<Reading> => ({
      atMs: nowMs,
      totals: { cpuSeconds: machine().cpuSeconds ?? 0, ioBytes: 0, hasHiddenIo: false },
      networkBytes: 0,
      memory: undefined,
      disk: undefined,
      terminals: await readTerminals(),
    }),
    readGpus: async () => gpus(machine().gpu ?? 0),
    readTerminals,
    warn: async (message) => void warnings.push(message),
    post: async (url, token, body) => {
      assert.deepEqual([url, token], ['http://server.example/api/v1/agent/status', 'secret']);
      sent.push({ ...(JSON.parse(body) as AgentStatus), at: nowMs / 1000 });
      if (sent.length >= beats) stop.abort();
      const answer = options.answer?.(sent.length) ?? {};
      if (answer instanceof Error) throw answer;
      if (typeof answer === 'number') return { status: answer, body: 'no' };
      return { status: 200, body: JSON.stringify({ ...reply, ...answer }) };
    },
    isOurs: async () => options.isOurs?.((asked += 1)) ?? true,
    deadMan: { heard: () => undefined, look: async () => undefined },
    log: (message) => void logged.push(message),
  };
  await runAgent(deps, stop.signal);
  return { sent, warnings, logged };
};

const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('an agent', () => {
  it('beats as often as the server asks', async () => {
    const { sent } = await run(4, { answer: (count) => ({ next_beat_seconds: count === 2 ? 10 : 25 }) });
    assert.deepEqual(
      sent.map(({ at }) => at),
      [0, 25, 35, 60],
    );
    assert.deepEqual(
      sent.map(({ status }) => status),
      ['starting', 'idle', 'idle', 'idle'],
    );
    assert.deepEqual([sent[0]?.figures?.cpu_percent, sent[1]?.figures?.cpu_percent], [null, 0]);
  });

  it('outlives whatever the server does, asks it less often, and says it once', async () => {
    const { sent, logged } = await run(8, {
      answer: (count) => [away, 500, 401, { next_beat_seconds: Number.NaN }, 503, away, {}][count - 1] ?? {},
    });
    const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
    assert.deepEqual(gaps, [1.5, 3, 6, 20, 1.5, 3, 20]);
    assert.deepEqual(logged, [
      'no beat arrives: ECONNREFUSED',
      'beats arrive again',
      'no beat arrives: the server answers 503',
      'beats arrive again',
    ]);
  });

  it('tells of work that was done while no beat arrived', async () => {
    const { sent } = await run(4, {
      answer: (count) => (count === 2 || count === 3 ? away : {}),
      machine: (atMs) => ({ cpuSeconds: atMs >= 20_000 ? 40 : 0, gpu: atMs === 20_000 ? 80 : 0 }),
    });
    assert.deepEqual(
      sent.map(({ figures, gpu_metrics: metrics }) => [figures?.cpu_percent, metrics?.gpu_utilizations[0]]),
      [
        [null, 0],
        [50, 80],
        [50, 80],
        [50, 80],
      ],
    );
  });

  it('sees GPUs that work in bursts between two beats', async () => {
    const { sent } = await run(2, { machine: (atMs) => ({ gpu: atMs === 8000 ? 95 : 0 }) });
    assert.deepEqual(sent[1]?.gpu_metrics?.gpu_utilizations, [95]);
  });

  it('warns in the terminals once, and again the next time', async () => {
    const soon = { action: 'prepare_hibernate', message: 'sleeps soon' } as const;
    const { warnings } = await run(6, {
      answer: (count) => (count === 3 ? {} : { ...soon, message: `sleeps soon ${count}` }),
    });
    assert.deepEqual(warnings, ['sleeps soon 1', 'sleeps soon 4']);
  });

  it('tells at once that a key was pressed after a warning', async () => {
    const { sent } = await run(2, {
      answer: () => ({ action: 'prepare_hibernate', message: 'sleeps soon', next_beat_seconds: 30 }),
      machine: (atMs) => ({ inputMs: atMs >= 3000 ? 2500 : -1000 }),
    });
    assert.equal(sent[1]?.at, 3);
    assert.equal(sent[1]?.figures?.input_seconds_ago, 0.5);
  });

  it('ends when another one has its place, and for nothing that a server says', async () => {
    const replaced = await run(10, { isOurs: (count) => count < 3 });
    assert.equal(replaced.sent.length, 2);
    const told = await run(4, { answer: () => ({ action: 'shutdown' as 'none' }) });
    assert.equal(told.sent.length, 4);
  });
});
