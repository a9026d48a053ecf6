import type { JsonObject } from '@dumont/contracts/primitives';
import type { Run } from '@dumont/contracts/runs/runs';
import { can, demand, projectFor, scopeOf, systemScope, type Caller } from '../../kernel/access/caller.ts';
import { fingerprint } from '../../kernel/http/fingerprint.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Executor, Transactor } from '../../kernel/db/database.ts';
import { takeIdempotencyKey } from '../../kernel/db/idempotency.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Random } from '../../kernel/random.ts';
import { runEvent } from './announce.ts';
import { notify } from '../../kernel/db/notify.ts';
import type { RunKind, RunPlan } from './run-kind.ts';
import { insertRun, type NewRun } from './run-change-store.ts';
import { requestCancel, type RunReader, type RunRow } from './run-store.ts';
import { runsChannel } from './worker.ts';

/** A queue that grows without end hides that nothing works it off. */
const maxWaiting = 100_000;

export interface RunRequest {
  readonly kind: RunKind['kind'];
  readonly subject: string;
  readonly params: JsonObject;
  readonly projectId?: string | undefined;
  readonly priority?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly executor?: Run['executor'] | undefined;
  readonly requirements?: Run['requirements'] | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface RequestDeps {
  readonly db: Database;
  readonly reader: RunReader;
  readonly events: Events;
  readonly clock: Clock;
  readonly random: Random;
  readonly kinds: ReadonlyMap<string, RunKind>;
  readonly executorNames: ReadonlySet<string>;
  /** Of this host. */
  readonly memoryBytes: number;
  /** Somebody with the rights that they have now; undefined for who is gone or may not come in. */
  readonly callerOf: (userId: string) => Promise<Caller | undefined>;
  /** Something waits for this executor. */
  readonly wake: (executor: string) => void;
}

type RecordFire = (tx: Transactor, runId: string) => Promise<void>;

/** What this host has not: a GPU, another machine, or so much memory. */
const needsMachine = (requirements: Run['requirements'] | undefined, memoryBytes: number): boolean =>
  requirements !== undefined &&
  ((requirements.gpu ?? 0) > 0 ||
    requirements.gpuName !== undefined ||
    requirements.machine !== undefined ||
    (requirements.memoryBytes ?? 0) > memoryBytes);

/** The length of the queue, counted once a second at most: what it is compared with is a round number. */
const createWaitingCount = ({ reader, clock }: Pick<RequestDeps, 'reader' | 'clock'>) => {
  let counted: { readonly atMs: number; readonly count: Promise<number> } | undefined;
  return {
    count: (): Promise<number> => {
      if (counted === undefined || clock.elapsedMs() - counted.atMs >= 1000) {
        counted = { atMs: clock.elapsedMs(), count: reader.countWaiting() };
        // A failed count is asked again by the next.
        counted.count.catch(() => (counted = undefined));
      }
      return counted.count;
    },
  };
};

/** What users and schedules ask of runs: start, cancel, run again. */
export const createRequests = (deps: RequestDeps) => {
  const waiting = createWaitingCount(deps);
  const kindOf = (kind: string): RunKind => {
    const found = deps.kinds.get(kind);
    if (found === undefined) throw new AppError('run.kind_unknown', { kind });
    return found;
  };

  const insert = async (
    request: RunRequest,
    plan: RunPlan,
    origin: {
      projectId: string;
      userId: string | null;
      scheduleId: string | null;
      rerunOf: string | null;
    },
    record?: RecordFire,
  ): Promise<RunRow> => {
    const now = deps.clock.now();
    const run: NewRun = {
      id: deps.random.id(),
      projectId: origin.projectId,
      kind: request.kind,
      subject: plan.subject,
      params: plan.params,
      executor: request.executor ?? 'local',
      requirements: { ...request.requirements } as JsonObject,
      priority: request.priority ?? 0,
      concurrency: plan.concurrency,
      parts: plan.parts.map((part) => ({
        ...part,
        state: 'waiting',
        progress: null,
        estimated: false,
        message: null,
      })),
      maxAttempts: plan.maxAttempts,
      retryOn: plan.retryOn,
      retryBackoffSeconds: plan.retryBackoffSeconds,
      timeoutSeconds: request.timeoutSeconds ?? plan.timeoutSeconds,
      createdBy: origin.userId,
      scheduleId: origin.scheduleId,
      rerunOf: origin.rerunOf,
      queuedAt: now,
    };
    const queue = async (executor: Executor): Promise<RunRow> => {
      const event = runEvent('run.queued', { ...run, project_id: run.projectId, created_by: run.createdBy });
      const wakes = { channel: runsChannel, payload: `queued ${run.executor}` };
      const row = await deps.events.publishChange(executor, insertRun(run), event, wakes);
      if (row === undefined) throw new Error('a run was inserted and not returned');
      return row;
    };
    const queueOnce = (owner: string, onceKey: string): Promise<RunRow | string> =>
      deps.db.transaction().execute(async (tx) => {
        const requestSha256 = fingerprint({ ...request, rerunOf: origin.rerunOf });
        const before = await takeIdempotencyKey(
          tx,
          { userId: owner, key: onceKey, requestSha256 },
          run.id,
          now,
        );
        if (before?.sameRequest === false) throw new AppError('request.idempotency_mismatch');
        return before === undefined ? queue(tx) : before.entityId;
      });
    const queueRecorded = (recordFire: RecordFire): Promise<RunRow> =>
      deps.db.transaction().execute(async (tx) => {
        const queued = await queue(tx);
        await recordFire(tx, queued.id);
        return queued;
      });
    const { idempotencyKey: key } = request;
    let row: RunRow | string;
    if (record !== undefined) row = await queueRecorded(record);
    else if (key === undefined || origin.userId === null) row = await queue(deps.db);
    else row = await queueOnce(origin.userId, key);
    if (typeof row === 'string') {
      const existing = await deps.reader.findRun(systemScope, row);
      if (existing === undefined) throw new AppError('run.not_found');
      return existing;
    }
    deps.wake(row.executor);
    return row;
  };

  /** Where it runs, if it was not said. Throws for what cannot run there. */
  const chooseExecutor = ({ kind, executor, requirements }: RunRequest): Run['executor'] => {
    const name = executor ?? (needsMachine(requirements, deps.memoryBytes) ? 'machine' : 'local');
    if (!deps.executorNames.has(name)) throw new AppError('run.executor_unavailable', { executor: name });
    if (name !== 'local' && kind !== 'command')
      throw new AppError('run.executor_kind', { kind, executor: name });
    return name;
  };

  const getVisible = async (caller: Caller, id: string): Promise<RunRow> => {
    const row = await deps.reader.findRun(scopeOf(caller, 'runs:read'), id);
    if (row === undefined) throw new AppError('run.not_found');
    return row;
  };

  const start = async (caller: Caller, asked: RunRequest, rerunOf: string | null = null): Promise<RunRow> => {
    const kind = kindOf(asked.kind);
    const request = { ...asked, executor: chooseExecutor(asked) };
    const projectId = projectFor(caller, 'runs:write', request.projectId);
    // It costs what machines cost.
    if (request.executor === 'machine')
      demand(caller, 'machines:write', { projectId, ownerId: caller.userId });
    if (request.kind === 'command') demand(caller, 'runs:command', { projectId, ownerId: caller.userId });
    if ((await waiting.count()) >= maxWaiting)
      throw new AppError('run.queue_full', { limit: maxWaiting, retryAfterSeconds: 60 });
    const plan = await kind.plan({ projectId, subject: request.subject, params: request.params, caller });
    return insert(request, plan, { projectId, userId: caller.userId, scheduleId: null, rerunOf });
  };

  return {
    start,
    /**
     * A schedule's fire: planned like any request, by the present rights of who made it. `record` writes the fire down
     * in the transaction that makes the run; where it throws, there is none.
     */
    startScheduled: async (
      schedule: { id: string; projectId: string; createdBy: string | null },
      request: RunRequest,
      record: RecordFire,
    ): Promise<RunRow> => {
      // Rights may have gone since it was made; a schedule is no way to keep them.
      const creator = schedule.createdBy === null ? undefined : await deps.callerOf(schedule.createdBy);
      const target = { projectId: schedule.projectId, ownerId: schedule.createdBy };
      if (creator === undefined || !can(creator, 'runs:write', target))
        throw new AppError('schedule.creator');
      const plan = await kindOf(request.kind).plan({
        projectId: schedule.projectId,
        subject: request.subject,
        params: request.params,
        caller: undefined,
      });
      const origin = {
        projectId: schedule.projectId,
        userId: schedule.createdBy,
        scheduleId: schedule.id,
        rerunOf: null,
      };
      return insert(request, plan, origin, record);
    },
    cancel: async (caller: Caller, id: string): Promise<RunRow> => {
      const run = await getVisible(caller, id);
      demand(caller, 'runs:write', { projectId: run.project_id, ownerId: run.created_by });
      const cancelled = await deps.db.transaction().execute(async (tx) => {
        const row = await requestCancel(tx, id, deps.clock.now());
        if (row === undefined) return undefined;
        await deps.events.publish(
          tx,
          runEvent(row.state === 'cancelled' ? 'run.cancelled' : 'run.cancelling', row),
        );
        await notify(tx, runsChannel, `cancel ${id}`);
        return row;
      });
      if (cancelled !== undefined) return cancelled;
      const now = await getVisible(caller, id);
      // Asking twice does no harm; asking after another end is an answer in itself.
      if (now.state === 'cancelled') return now;
      throw new AppError('run.finished', { state: now.state });
    },
    rerun: async (
      caller: Caller,
      id: string,
      edit: {
        params?: JsonObject | undefined;
        priority?: number | undefined;
        idempotencyKey?: string | undefined;
      },
    ): Promise<RunRow> => {
      const run = await getVisible(caller, id);
      return start(
        caller,
        {
          kind: run.kind as RunKind['kind'],
          subject: run.subject,
          params: edit.params ?? (run.params as JsonObject),
          projectId: run.project_id,
          priority: edit.priority ?? run.priority,
          timeoutSeconds: run.timeout_seconds ?? undefined,
          executor: run.executor as Run['executor'],
          requirements: run.requirements as Run['requirements'],
          idempotencyKey: edit.idempotencyKey,
        },
        run.id,
      );
    },
    getVisible,
  };
};
export type RunRequests = ReturnType<typeof createRequests>;
