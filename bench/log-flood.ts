import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { startServerProcess, type ServerProcess } from '../packages/server/test/server-process.ts';
import { ms, percentile, report } from './lib/figures.ts';

/**
 * One run writes 50,000 lines a second for ten seconds; 100 watchers follow it live, one of which parses and
 * times each line, the others read their sockets. Baseline: how fast the same lines go into a file.
 */
const linesPerSecond = 50_000;
const seconds = 10;
const watchers = 100;

// Bursts every 10 ms; each line carries the time of its writing.
const writer = `
const lines = ${linesPerSecond} / 100; let left = ${linesPerSecond * seconds}; const start = Date.now(); let n = 0;
const fs = require('node:fs');
const timer = setInterval(() => {
  const due = Math.min(${linesPerSecond * seconds}, Math.floor((Date.now() - start) * ${linesPerSecond} / 1000));
  let text = '';
  for (; n < due; n += 1) text += '[INFO] [FLOOD] ' + Date.now() + ' line ' + n + ' of a log that says nothing much\\n';
  if (text) fs.writeSync(1, text);
  if (n >= ${linesPerSecond * seconds}) clearInterval(timer);
}, 10);`;

const residentMb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
};

const startWatchers = (
  server: ServerProcess,
  runId: string,
): { worker: Worker; result: Promise<{ lines: number; latencies: number[] }> } => {
  const worker = new Worker(new URL('./lib/log-watchers.ts', import.meta.url), {
    workerData: { url: server.url, token: server.token, runId, watchers, lines: linesPerSecond * seconds },
  });
  const result = new Promise<{ lines: number; latencies: number[] }>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { worker, result };
};

await using server = await startServerProcess();
const before = await residentMb(server.pid);
const run = await server.client.startRun({ body: { kind: 'command', command: ['node', '-e', writer] } });
const { worker, result } = startWatchers(server, run.id);
const memory: number[] = [];
const startedMs = performance.now();
let finished = run;
while (finished.finishedAt === null && performance.now() - startedMs < 120_000) {
  await delay(250);
  memory.push(await residentMb(server.pid));
  finished = await server.client.getRun({ params: { id: run.id } });
}
const tookSeconds = (performance.now() - startedMs) / 1000;
const watched = await Promise.race([
  result,
  delay(60_000).then(() => ({ lines: 0, latencies: [] as number[] })),
]);
await worker.terminate();
const stored = finished.logLines;
const half = memory.slice(Math.floor(memory.length / 2));
const p99 = percentile(watched.latencies, 0.99);
report('Log flood', [
  {
    what: 'lines stored',
    value: `${stored} of ${linesPerSecond * seconds} in ${tookSeconds.toFixed(1)} s`,
    target: 'all, in about 10 s',
    met: stored === linesPerSecond * seconds && tookSeconds < seconds * 1.15,
  },
  {
    what: `lines at the timing watcher, ${watchers} connected`,
    value: String(watched.lines),
    target: 'all',
    met: watched.lines === stored,
  },
  {
    what: 'written to shown, p99',
    value: `${ms(p99)} (median ${ms(percentile(watched.latencies, 0.5))})`,
    target: 'at most 250 ms',
    met: p99 <= 250,
  },
  {
    what: 'memory of the server',
    value: `${before.toFixed(0)} MB before, ${Math.max(...half).toFixed(0)} MB at most in the second half, ${Math.max(...memory.slice(0, memory.length / 2)).toFixed(0)} MB in the first`,
    target: 'flat',
    met: Math.max(...half) < Math.max(...memory.slice(0, memory.length / 2)) * 1.2,
  },
]);
