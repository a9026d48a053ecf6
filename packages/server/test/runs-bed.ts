import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../src/kernel/access/caller.ts';
import { createFolderBlobs } from '../src/kernel/blobs/folder-blobs.ts';
import { systemClock, type Clock } from '../src/kernel/clock.ts';
import { createNotifications } from '../src/kernel/db/notifications.ts';
import { createEventStream } from '../src/kernel/events/event-stream.ts';
import { createLogger } from '../src/kernel/log.ts';
import { createMetrics } from '../src/kernel/metrics.ts';
import { createSystemRandom } from '../src/kernel/random.ts';
import {
  createLocalExecutor,
  createRuns,
  type Executor,
  type RunsModule,
} from '../src/modules/runs/index.ts';
import type { LogQuota } from '../src/modules/runs/run.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export interface RunsBed extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly runs: RunsModule;
  readonly events: Awaited<ReturnType<typeof createEventStream>>;
  readonly projectId: string;
  readonly caller: Caller;
  readonly folder: string;
}

const runtimeFolders = [join(import.meta.dirname, '../../..')];

/** A run engine of its own on a real database and a real executor; several on one database are replicas. */
export const createRunsBed = async (
  options: {
    database?: TestDatabase;
    folder?: string;
    projectId?: string;
    worker?: boolean;
    logQuota?: Partial<LogQuota>;
    filesQuotaBytes?: number;
    clock?: Clock;
    /** Beside the one of this host. */
    executors?: readonly Executor[];
  } = {},
): Promise<RunsBed> => {
  const stack = new AsyncDisposableStack();
  const random = createSystemRandom(systemClock);
  const log = createLogger((process.env['DUMONT_TEST_LOG'] as 'warn' | undefined) ?? 'silent');
  const database = options.database ?? stack.use(await createTestDatabase());
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'dumont-runs-')));
  if (options.folder === undefined) stack.defer(() => rm(folder, { recursive: true, force: true }));
  const notifications = stack.use(createNotifications({ url: database.url, clock: systemClock, log }));
  const events = stack.use(
    await createEventStream({ db: database.db, notifications, clock: systemClock, log }),
  );
  const projectId = options.projectId ?? random.id();
  if (options.projectId === undefined) {
    await database.pool.query(
      'INSERT INTO projects (id, name, description, created_at) VALUES ($1, $2, $3, now())',
      [projectId, `p-${projectId.slice(-8)}`, ''],
    );
  }
  const executor = await createLocalExecutor({ runsDir: join(folder, 'runs'), runtimeFolders, log });
  const userId = random.id();
  const caller: Caller = {
    userId,
    name: 'Ada',
    email: 'ada@example.org',
    installation: new Set(),
    projects: new Map([
      [
        projectId,
        new Set([
          'runs:read',
          'runs:write',
          'runs:command',
          'schedules:read',
          'schedules:write',
          'machines:write',
        ]),
      ],
    ]),
    defaultProjectId: projectId,
    sessionId: undefined,
  };
  const runs = stack.use(
    createRuns({
      db: database.db,
      notifications,
      events,
      blobs: createFolderBlobs(join(folder, 'blobs')),
      clock: options.clock ?? systemClock,
      random,
      log,
      metrics: createMetrics({ processMetrics: false }),
      executors: [executor, ...(options.executors ?? [])],
      confinement: {
        confined: executor.isolation.confined,
        reason: executor.isolation.reason,
        accepted: true,
      },
      callerOf: async (id) => ({ ...caller, userId: id }),
      namesOf: async () => new Map(),
      concurrency: 8,
      filesQuotaBytes: options.filesQuotaBytes ?? 1024 ** 3,
      logQuota: { bytes: 1024 ** 3, lines: 10_000_000, ...options.logQuota },
      retentionDays: 365,
    }),
  );
  if (options.worker !== false) runs.startWorker();
  return {
    database,
    runs,
    events,
    projectId,
    folder,
    caller,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
