import { totalmem } from 'node:os';
import { maxSeq, type LogLine } from '@dumont/contracts/runs/logs';
import { reaches, scopeOf, type Caller } from '../../kernel/access/caller.ts';
import type { Blobs } from '../../kernel/blobs/blobs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { notify } from '../../kernel/db/notify.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Channel } from '../../kernel/events/socket.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Random } from '../../kernel/random.ts';
import { readArtifact } from './artifacts.ts';
import { createCommandKind } from './command-kind.ts';
import type { Executor } from './executors/executor.ts';
import { createRunHandlers, type RunOperation } from './handlers.ts';
import { createLogHub, logChannel } from './log-hub.ts';
import { createLogStore } from './log-store.ts';
import { createRequests } from './requests.ts';
import { startRetention } from './retention-store.ts';
import { toWire, type LogQuota } from './run.ts';
import type { RunKind } from './run-kind.ts';
import { createRunReader, type RunRow, type ShownRun } from './run-store.ts';
import type { RunsApi, RunStanding } from './runs-api.ts';
import { createScheduleStore } from './schedule-store.ts';
import { startScheduler } from './scheduler.ts';
import { startRunWorker, type RunWorker } from './worker.ts';

export type { PlannedRun, PlanRequest, Preparation, RunKind, RunPlan } from './run-kind.ts';
export { toModuleLaunch } from './module-launch.ts';
export { PreparationError } from './run-kind.ts';
export type { RunsApi, RunStanding } from './runs-api.ts';
export type { Executor } from './executors/executor.ts';
export { createMachineExecutor } from './executors/machine/machine.ts';
export { createLocalExecutor } from './executors/local/local.ts';

export interface RunsDeps {
  readonly db: Database;
  readonly notifications: Notifications;
  readonly events: Events;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly executors: readonly Executor[];
  readonly confinement: { readonly confined: boolean; readonly reason: string; readonly accepted: boolean };
  readonly callerOf: (userId: string) => Promise<Caller | undefined>;
  readonly namesOf: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Runs at the same time on this host. */
  readonly concurrency: number;
  readonly logQuota: LogQuota;
  /** What the files of a run may be together; beyond it they are not kept, and its log says which. */
  readonly filesQuotaBytes: number;
  readonly retentionDays: number;
}

export interface RunsModule extends AsyncDisposable {
  readonly api: RunsApi;
  readonly handlers: Handlers<RunOperation>;
  readonly channels: readonly Channel[];
  /** Begins to work off the queue: after every kind has been registered. */
  startWorker(): void;
  /** After `startWorker`, where there is one: without it, the runs that dead workers elsewhere left end here. */
  startScheduler(): void;
}

const partsDepth = 200;
const announceMs = 500;
/** What runs elsewhere takes no place on this host, while it waits or runs: one follows it. */
const awayConcurrency = 200;

const byName = (executors: readonly Executor[]): ReadonlyMap<string, Executor> =>
  new Map(executors.map((executor) => [executor.name, executor]));

export const createRuns = (deps: RunsDeps): RunsModule => {
  const kinds = new Map<string, RunKind>();
  const reader = createRunReader(deps.db);
  const logs = createLogStore(deps.db);
  const schedules = createScheduleStore(deps.db);
  const hub = createLogHub({ store: logs, notifications: deps.notifications, log: deps.log });
  const executors = byName(deps.executors);
  const lineHandlers = new Set<Parameters<RunsApi['onLogLines']>[0]>();
  const started = new AsyncDisposableStack();
  let workers: readonly RunWorker[] = [];
  const wakeWorkers = (executor?: string): void => {
    for (const worker of workers) worker.wake(executor);
  };

  const ended = deps.metrics.counter('dumont_runs_total', 'Runs that ended, by kind and state', [
    'kind',
    'state',
  ]);
  const lines = deps.metrics.counter('dumont_run_log_lines_total', 'Log lines stored');
  deps.metrics.gauge('dumont_runs_active', 'Runs at work in this process', [], () =>
    workers.reduce((sum, { active }) => sum + active, 0),
  );
  deps.metrics.readGauge('dumont_runs_waiting', 'Runs that wait in the queue', () =>
    reader.countWaiting().catch(() => Number.NaN),
  );

  const requests = createRequests({
    db: deps.db,
    reader,
    events: deps.events,
    clock: deps.clock,
    random: deps.random,
    kinds,
    executorNames: new Set(executors.keys()),
    memoryBytes: totalmem(),
    callerOf: deps.callerOf,
    wake: wakeWorkers,
  });

  const wireOf = async (rows: readonly ShownRun[]) => {
    const names = await deps.namesOf(rows.flatMap((row) => row.created_by ?? []));
    return rows.map((row) => toWire(row, names));
  };

  const publishLines = (run: RunRow, batch: readonly LogLine[]): void => {
    lines.inc(batch.length);
    hub.publish(run.id, batch);
    const about = {
      id: run.id,
      kind: run.kind as RunKind['kind'],
      number: run.number,
      projectId: run.project_id,
      createdBy: run.created_by,
    };
    for (const handler of lineHandlers) handler(about, batch);
    const last = batch.at(-1);
    if (last === undefined) return;
    // Watchers on other replicas; the lines are committed, so that a lost message only delays them.
    void notify(deps.db, logChannel, `${run.id} ${last.seq}`).catch(() => undefined);
    announceProgress(run);
  };

  /** The row's progress, to whoever looks at lists: at most twice a second a run. */
  const announcing = new Set<string>();
  const announceProgress = (run: RunRow): void => {
    if (announcing.has(run.id)) return;
    announcing.add(run.id);
    // The last change counts too: a run may be silent for hours after it.
    void deps.clock
      .sleep(announceMs)
      .then(() => {
        announcing.delete(run.id);
        return deps.events.publish(deps.db, {
          name: 'run.progress',
          topic: 'runs',
          projectId: run.project_id,
          ownerId: run.created_by,
          entityId: run.id,
          subject: run.subject,
        });
      })
      .catch(() => undefined);
  };

  deps.events.registerTopic('runs', {
    permission: 'runs:read',
    load: async (ids) => {
      const wire = await wireOf(await reader.listByIds(ids));
      return new Map(wire.map((run) => [run.id, { type: 'run', payload: run }]));
    },
  });

  const registerKind = (kind: RunKind): void => {
    kinds.set(kind.kind, kind);
  };
  registerKind(createCommandKind(deps.confinement));

  const getRun = async (row: RunRow) => {
    const [run] = await wireOf([row]);
    if (run === undefined) throw new AppError('run.not_found');
    return run;
  };

  const workerDeps = {
    ...deps,
    logs,
    executors,
    kinds,
    publishLines,
    onEnded: (run: RunRow): void => {
      if (run.finished_at !== null) ended.inc({ kind: run.kind, state: run.state });
      // A key's place may be for a run elsewhere; an attempt that comes next is for the same executor.
      if (run.concurrency_key !== null) wakeWorkers();
      else if (run.finished_at === null) wakeWorkers(run.executor);
    },
  };

  return {
    api: {
      registerKind,
      startRun: async (caller, request) => getRun(await requests.start(caller, request)),
      cancelRun: async (caller, id) => getRun(await requests.cancel(caller, id)),
      findRunByNumber: async (scope, number) => {
        const row = await reader.findRunByNumber(scope, number);
        return row === undefined ? undefined : getRun(row);
      },
      listRunsByIds: async (scope, ids) =>
        wireOf(
          (await reader.listByIds(ids)).filter((row) =>
            reaches(scope, { projectId: row.project_id, ownerId: row.created_by }),
          ),
        ),
      readStandings: async (ids) => (await reader.listStandings(ids)) as RunStanding[],
      listRunsByOffset: async (scope, query) => {
        const { rows, total } = await reader.listRunsByOffset(
          scope,
          { kind: query.kind, states: query.states },
          query.offset,
          query.limit,
        );
        return { runs: await wireOf(rows), total };
      },
      latestParts: async (projectId, kind) => {
        const latest = new Map<
          string,
          {
            run: Awaited<ReturnType<typeof getRun>>;
            part: Awaited<ReturnType<typeof getRun>>['parts'][number];
          }
        >();
        for (const run of await wireOf(await reader.latestByPart(projectId, kind, partsDepth))) {
          for (const part of run.parts) {
            const known = latest.get(part.name)?.part.state;
            // A run that waits, or that ended in the queue, does not hide the one that is at work.
            const isNews = known !== 'running' && (part.state === 'running' || known === 'waiting');
            if (known === undefined || isNews) latest.set(part.name, { run, part });
          }
        }
        return latest;
      },
      readLog: async (runId, after, limit) => (await logs.read(runId, { after, limit })).lines,
      readArtifact: (runId, name, maxBytes) => readArtifact(runId, name, maxBytes, deps),
      onLogLines: (handler) => {
        lineHandlers.add(handler);
        return () => lineHandlers.delete(handler);
      },
    },
    handlers: createRunHandlers({
      db: deps.db,
      reader,
      logs,
      schedules,
      requests,
      kinds,
      blobs: deps.blobs,
      clock: deps.clock,
      random: deps.random,
      namesOf: deps.namesOf,
    }),
    channels: [
      {
        pattern: /^runs\/([0-9a-f-]{36})\/logs$/,
        open: async (caller, id, { after, compress }, outlet) => {
          const run = await reader.findRun(scopeOf(caller, 'runs:read'), id);
          if (run === undefined) throw new AppError('run.not_found');
          const from = Math.min(after ?? 0, maxSeq);
          outlet.send({ type: 'subscribed', topic: `runs/${id}/logs`, seq: from });
          return hub.watch(run.id, from, outlet, compress);
        },
      },
    ],
    startWorker: () => {
      const { local, away } = Object.groupBy(deps.executors, ({ name }) =>
        name === 'local' ? 'local' : 'away',
      );
      workers = [
        { executors: byName(local ?? []), concurrency: deps.concurrency },
        { executors: byName(away ?? []), concurrency: awayConcurrency },
      ]
        .filter(({ executors: some }) => some.size > 0)
        .map((own) => started.use(startRunWorker({ ...workerDeps, ...own })));
      started.use(startRetention(deps));
    },
    startScheduler: () => {
      if (workers.length === 0) started.use(startRunWorker({ ...workerDeps, onlyLost: true }));
      started.use(
        startScheduler({
          db: deps.db,
          store: schedules,
          requests,
          clock: deps.clock,
          random: deps.random,
          log: deps.log,
        }),
      );
    },
    [Symbol.asyncDispose]: async () => {
      await started.disposeAsync();
      hub[Symbol.dispose]();
      for (const executor of executors.values()) await executor[Symbol.asyncDispose]();
    },
  };
};
