import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import { startServerProcess, type ServerProcess } from '../packages/server/test/server-process.ts';
import { atMostMs, ms, percentile, report } from './lib/figures.ts';

/**
 * From a committed request to a started process, and how many such runs a second. Baseline: the same program
 * started by a bare `child_process.spawn` in the same run.
 */
const single = 100;
const sustainedSeconds = 10;

const bareSpawnMs = async (): Promise<number> => {
  const samples: number[] = [];
  for (let index = 0; index < 50; index += 1) {
    const startedMs = performance.now();
    const child = spawn('/bin/date', ['+%s%N']);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    samples.push(performance.now() - startedMs);
    await new Promise((resolve) => child.once('exit', resolve));
  }
  return percentile(samples, 0.5);
};

const waitForEnd = async (server: ServerProcess, id: string): Promise<void> => {
  for (;;) {
    const run = await server.client.getRun({ params: { id } });
    if (run.finishedAt !== null) return;
    await delay(2);
  }
};

const latency = async (server: ServerProcess): Promise<{ started: number[]; firstByte: number[] }> => {
  const started: number[] = [];
  const firstByte: number[] = [];
  for (let index = 0; index < single; index += 1) {
    const run = await server.client.startRun({ body: { kind: 'command', command: ['/bin/date', '+%s%N'] } });
    await waitForEnd(server, run.id);
    const { lines } = await server.client.listRunLogs({ params: { id: run.id }, query: {} });
    const queuedMs = Date.parse(run.queuedAt);
    started.push(Number(lines[0]?.message ?? Number.NaN) / 1e6 - queuedMs);
    firstByte.push(Date.parse(lines[0]?.ts ?? '') - queuedMs);
    await delay(5);
  }
  return { started, firstByte };
};

/** Asks for runs so fast that the queue never runs dry and never grows, then counts what ended. */
const sustained = async (server: ServerProcess): Promise<number> => {
  const startedMs = performance.now();
  const deadlineMs = startedMs + sustainedSeconds * 1000;
  let asked = 0;
  let done = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver || done < asked) {
      done = await countEnded(server);
      await delay(250);
    }
  })();
  const ask = async (): Promise<void> => {
    while (performance.now() < deadlineMs) {
      if (asked - done > 200) {
        await delay(10);
        continue;
      }
      asked += 1;
      await server.client.startRun({ body: { kind: 'command', command: ['/bin/true'] } });
    }
  };
  await Promise.all(Array.from({ length: 4 }, ask));
  isOver = true;
  await watching;
  return asked / ((performance.now() - startedMs) / 1000);
};

const countEnded = async (server: ServerProcess): Promise<number> => {
  const text = await (await server.client.stream('metrics')).text();
  const ends = [...text.matchAll(/^dumont_runs_total\{[^}]*\} (\d+)/gm)].map((match) => Number(match[1]));
  return ends.reduce((sum, count) => sum + count, 0) - single;
};

await using server = await startServerProcess();
const bare = await bareSpawnMs();
const { started, firstByte } = await latency(server);
const perSecond = await sustained(server);
const toStart = percentile(started, 0.5);
const toFirstByte = percentile(firstByte, 0.5);
report('Dispatch', [
  {
    ...atMostMs('request committed to process started, median', toStart, 25),
    baseline: `${(toStart / bare).toFixed(1)} x a bare spawn (${ms(bare)}); p95 ${ms(percentile(started, 0.95))}`,
  },
  {
    ...atMostMs('to the first byte stored, median', toFirstByte, 50),
    baseline: `${(toFirstByte / bare).toFixed(1)} x a bare spawn; p95 ${ms(percentile(firstByte, 0.95))}`,
  },
  {
    what: `runs of a small binary, sustained over ${sustainedSeconds} s`,
    value: `${perSecond.toFixed(0)}/s`,
    target: 'at least 200/s',
    met: perSecond >= 200,
  },
]);
