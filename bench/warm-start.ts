import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '../packages/server/src/kernel/log.ts';
import type { Launch } from '../packages/server/src/modules/runs/executors/executor.ts';
import { createLocalExecutor } from '../packages/server/src/modules/runs/index.ts';
import { startServerProcess, type ServerProcess } from '../packages/server/test/server-process.ts';
import { atMostMs, ms, percentile, report } from './lib/figures.ts';
import { memoryOf } from './lib/process-memory.ts';

/**
 * From the launch of a TypeScript program to its own first line, with the modules of the fund pipelines, by a process
 * that waited for it. Baseline: the same by a start from nothing, and by Node alone without any confinement. Then the
 * same seen from outside: a run of the pipeline fund-data, from the committed request to its first line in the log.
 */
const samples = 30;
const checkout = join(import.meta.dirname, '..');
const fundData = join(checkout, 'apps/pipelines/fund-data');

const now = (): number => performance.timeOrigin + performance.now();
const program = `
import { runPipeline } from ${JSON.stringify(join(checkout, 'apps/pipelines/src/lib/run.ts'))};
import { fundDataSystems } from ${JSON.stringify(join(fundData, 'systems.ts'))};
process.stdout.write(String(performance.timeOrigin + performance.now()));
if (Object.keys(fundDataSystems).length === 0) await runPipeline;
`;

const preload = async (): Promise<string[]> => {
  const manifest = JSON.parse(await readFile(join(fundData, 'manifest.json'), 'utf8')) as {
    preload: string[];
  };
  return manifest.preload.map((name) => join(fundData, name));
};

interface Measured {
  readonly bareMs: readonly number[];
  readonly coldMs: readonly number[];
  readonly warmMs: readonly number[];
  readonly waitingMb: number;
}

const measureExecutor = async (folder: string): Promise<Measured> => {
  const app = join(folder, 'app');
  await mkdir(app, { mode: 0o755 });
  await writeFile(join(app, 'main.ts'), program);
  await using executor = await createLocalExecutor({
    runsDir: join(folder, 'runs'),
    runtimeFolders: [join(dirname(process.execPath), '..')],
    log: createLogger('silent'),
  });
  const shown = [
    app,
    ...['apps/pipelines', 'node_modules', 'packages/contracts'].map((name) => join(checkout, name)),
  ];
  const launch: Launch = {
    runId: 'bench',
    attempt: 1,
    command: ['sh', '-c', 'cd "$0" && exec "$@"', app, process.execPath, 'main.ts'],
    module: { options: [], folder: app, main: 'main.ts', preload: await preload(), arguments: [] },
    environment: {},
    files: [],
    mounts: shown.map((path) => ({ path, writable: false })),
    limits: {},
  };
  let attempt = 0;
  const start = async (how: Launch): Promise<number> => {
    attempt += 1;
    const askedMs = now();
    const execution = await executor.start({ ...how, attempt });
    await execution.exited;
    return Number(Buffer.from(await execution.stdout.read(0, 100)).toString()) - askedMs;
  };
  const bare = async (): Promise<number> => {
    const askedMs = now();
    const child = spawn(process.execPath, ['main.ts'], { cwd: app, stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
    return Number(output) - askedMs;
  };

  const { module: _, ...cold } = launch;
  const bareMs: number[] = [];
  const coldMs: number[] = [];
  for (let index = 0; index < samples / 3; index += 1) {
    bareMs.push(await bare());
    coldMs.push(await start(cold));
  }
  const { serverMb } = await memoryOf(process.pid);
  await executor.expect(launch);
  const waitingMb = (await memoryOf(process.pid)).serverMb - serverMb;
  const warmMs: number[] = [];
  for (let index = 0; index < samples; index += 1) {
    await executor.expect(launch);
    await delay(50);
    warmMs.push(await start(launch));
  }
  return { bareMs, coldMs, warmMs, waitingMb };
};

/** It looks into an empty folder for its data: its first line comes before that. */
const firstLineMs = async (server: ServerProcess): Promise<number> => {
  const params = { sistemas: ['bcb_sgs'], dryRun: true };
  const run = await server.client.startRun({ body: { kind: 'pipeline', subject: 'fund-data', params } });
  for (;;) {
    const { finishedAt } = await server.client.getRun({ params: { id: run.id } });
    if (finishedAt !== null) break;
    await delay(5);
  }
  const { lines } = await server.client.listRunLogs({ params: { id: run.id }, query: {} });
  return Date.parse(lines[0]?.ts ?? '') - Date.parse(run.queuedAt);
};

const measureServer = async (folder: string): Promise<{ coldMs: number; warmMs: readonly number[] }> => {
  const source = join(folder, 'source');
  await mkdir(source);
  await using server = await startServerProcess({ DUMONT_BCB_SOURCE: source });
  const coldMs = await firstLineMs(server);
  const warmMs: number[] = [];
  for (let index = 0; index < samples / 3; index += 1) {
    // Somebody waits for the run by now, or will in a moment: nothing outside of the server tells.
    await delay(2000);
    warmMs.push(await firstLineMs(server));
  }
  return { coldMs, warmMs };
};

const folder = await mkdtemp(join(tmpdir(), 'dumont-warm-'));
try {
  const { bareMs, coldMs, warmMs, waitingMb } = await measureExecutor(folder);
  const seen = await measureServer(folder);
  const [bare, cold, warm] = [bareMs, coldMs, warmMs].map((all) => percentile(all, 0.5)) as [
    number,
    number,
    number,
  ];
  report('Warm start of TypeScript', [
    {
      ...atMostMs('launch to the first line of the program, median', warm, 10),
      baseline: `p95 ${ms(percentile(warmMs, 0.95))}; ${ms(cold)} from nothing, ${ms(bare)} by Node alone without confinement`,
    },
    {
      what: 'request committed to the first line of fund-data in the log, median',
      value: ms(percentile(seen.warmMs, 0.5)),
      target: null,
      baseline: `${ms(seen.coldMs)} the first time`,
      met: null,
    },
    {
      what: 'proportional memory of a process that waits',
      value: `${waitingMb.toFixed(0)} MB`,
      target: null,
      baseline: 'two at most, none after two minutes without a run',
      met: null,
    },
  ]);
} finally {
  await rm(folder, { recursive: true, force: true });
}
