import type { LogLine } from '@dumont/contracts/runs/logs';
import type { Requirements, RunPart } from '@dumont/contracts/runs/runs';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Executor as SqlExecutor } from '../../kernel/db/database.ts';
import type { Events } from '../../kernel/events/events.ts';
import { isDiskFull } from '../../kernel/disk-full.ts';
import type { Lease } from '../../kernel/lease/leased-worker.ts';
import { whileLeased } from '../../kernel/lease/while-leased.ts';
import type { Logger } from '../../kernel/log.ts';
import { announceRunning, createAnnouncer, runEvent } from './announce.ts';
import { collectArtifacts, forgetArtifacts, type ArtifactDeps, type LostFile } from './artifacts.ts';
import {
  LaunchRefused,
  PlaceUnavailable,
  type Execution,
  type Executor,
  type Exit,
  type Leftovers,
} from './executors/executor.ts';
import { createLogPump, LogFenced, type LogPump } from './log-pump.ts';
import type { LogStore } from './log-store.ts';
import { createRedactor } from './redaction.ts';
import { outcomeOf, settleParts, type Ending, type LogQuota, type Outcome } from './run.ts';
import { PreparationError, type Preparation, type RunKind } from './run-kind.ts';
import type { Tidier } from './tidier.ts';
import { finishAttempt } from './run-change-store.ts';
import { isCancelRequested, releaseRun, type ClaimedRun, type RunRow } from './run-store.ts';

/** Between asking a run to end and making it. */
const graceMs = 10_000;
/** For what fills the disk meanwhile. */
const quotaGraceMs = 1000;

export interface AttemptDeps extends ArtifactDeps {
  readonly db: Database;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Logger;
  readonly logs: LogStore;
  readonly executors: ReadonlyMap<string, Executor>;
  readonly kinds: ReadonlyMap<string, RunKind>;
  readonly tidier: Pick<Tidier, 'discard'>;
  readonly logQuota: LogQuota;
  readonly publishLines: (run: RunRow, lines: readonly LogLine[]) => void;
  /** Called after a run has changed state, outside any transaction. */
  readonly onEnded: (run: RunRow) => void;
}

/** Carries a claimed run through one attempt, to its outcome. `cancel` aborts when someone asks for it. */
export const runAttempt = async (
  run: ClaimedRun,
  lease: Lease,
  cancel: AbortSignal,
  deps: AttemptDeps,
): Promise<void> => {
  const executor = deps.executors.get(run.executor);
  if (executor === undefined) throw new Error(`no executor ${run.executor}`);
  const ref = { runId: run.id, attempt: run.attempt };
  try {
    const { ending, parts } = run.lost
      ? await recover(run, lease, executor, deps)
      : await execute(run, lease, cancel, executor, deps);
    await finish(run, lease, ending, parts, deps);
    await deps.tidier.discard(executor, ref);
  } catch (error) {
    // Whoever holds it next decides, perhaps on another host. Nothing of the attempt may live on beside theirs.
    await executor.end(ref);
    if (!(error instanceof LogFenced) && !lease.signal.aborted) throw error;
    deps.log.warn(
      { runId: run.id, attempt: run.attempt },
      'the lease of a run was lost; its processes were ended',
    );
    await releaseRun(deps.db, run.id, lease.token);
  }
};

interface Ended {
  readonly ending: Ending;
  readonly parts: readonly RunPart[];
}

const pumpFor = (
  run: ClaimedRun,
  lease: Lease,
  files: Leftovers | undefined,
  secrets: readonly string[],
  onQuota: () => void,
  deps: AttemptDeps,
): LogPump =>
  createLogPump(
    {
      runId: run.id,
      token: lease.token,
      lastSeq: run.log_lines,
      systems: run.log_systems,
      stdoutOffset: run.stdout_offset,
      stderrOffset: run.stderr_offset,
      parts: run.parts as unknown as RunPart[],
    },
    files,
    {
      append: (batch) => whileLeased(lease, deps, () => deps.logs.append(batch)),
      clock: deps.clock,
      redact: createRedactor([...secrets]),
      publish: (lines) => deps.publishLines(run, lines),
      onQuota,
      quota: deps.logQuota,
    },
  );

const nothing = Promise.resolve();

/** The worker of this attempt died: end what is left of it, save what it had written, and say so. */
const recover = async (
  run: ClaimedRun,
  lease: Lease,
  executor: Executor,
  deps: AttemptDeps,
): Promise<Ended> => {
  const ref = { runId: run.id, attempt: run.attempt };
  await executor.end(ref);
  const secrets = await secretsOf(run, lease, deps);
  const files = secrets === undefined ? undefined : await executor.leftovers(ref);
  const pump = pumpFor(run, lease, files, secrets ?? [], () => undefined, deps);
  pump.say('ERROR', 'The server process that ran this died; what it had written up to then stands above.');
  await pump.run(nothing);
  const ending: Ending = run.cancel_requested_at === null ? { kind: 'worker_lost' } : { kind: 'cancelled' };
  return { ending, parts: pump.parts };
};

/** A log read after a crash is redacted like any other; where that cannot be known, nothing is read. */
const secretsOf = async (
  run: ClaimedRun,
  lease: Lease,
  deps: AttemptDeps,
): Promise<readonly string[] | undefined> => {
  try {
    return (await prepare(run, lease, deps)).secrets;
  } catch (error) {
    if (!(error instanceof PreparationError))
      deps.log.error(
        { error, runId: run.id },
        'what a lost run wrote last cannot be redacted and is left out',
      );
    return undefined;
  }
};

const prepare = async (run: ClaimedRun, lease: Lease, deps: AttemptDeps): Promise<Preparation> => {
  const kind = deps.kinds.get(run.kind);
  if (kind === undefined)
    throw new PreparationError('kind_unknown', `Nothing here executes runs of kind ${run.kind}.`);
  const planned = {
    id: run.id,
    projectId: run.project_id,
    subject: run.subject,
    params: run.params as never,
    attempt: run.attempt,
    createdBy: run.created_by,
  };
  // A database that is away for a moment is no reason for a run to fail.
  return whileLeased(lease, deps, () => kind.prepare(planned));
};

const execute = async (
  run: ClaimedRun,
  lease: Lease,
  cancel: AbortSignal,
  executor: Executor,
  deps: AttemptDeps,
): Promise<Ended> => {
  const parts = run.parts as unknown as RunPart[];
  const announcer = createAnnouncer(run, lease, deps);
  let execution: Execution;
  let preparation: Preparation;
  try {
    if (run.attempt > 1) await forgetArtifacts(run.id, lease, deps);
    preparation = await prepare(run, lease, deps);
    if (cancel.aborted) return { ending: { kind: 'cancelled' }, parts };
    execution = await executor.start(
      {
        runId: run.id,
        attempt: run.attempt,
        command: preparation.command,
        environment: preparation.environment,
        files: preparation.files,
        mounts: preparation.mounts,
        limits: limitsOf(run, preparation),
        ...(preparation.module === undefined ? {} : { module: preparation.module }),
        wants: {
          projectId: run.project_id,
          createdBy: run.created_by,
          requirements: run.requirements as Requirements,
        },
        holdsCredentials: preparation.secrets.length > 0,
      },
      { signal: AbortSignal.any([cancel, lease.signal]), say: announcer.say },
    );
  } catch (error) {
    // Before anything of it was started.
    lease.signal.throwIfAborted();
    if (cancel.aborted) return { ending: { kind: 'cancelled' }, parts };
    if (error instanceof PlaceUnavailable) {
      return { ending: { kind: 'not_started', code: 'place_unavailable', message: error.message }, parts };
    }
    if (error instanceof LaunchRefused) {
      return { ending: { kind: 'not_started', code: 'launch_refused', message: error.message }, parts };
    }
    if (error instanceof PreparationError) {
      return { ending: { kind: 'not_started', code: error.code, message: error.message }, parts };
    }
    deps.log.error({ error, runId: run.id }, 'a run could not be started');
    if (isDiskFull(error)) {
      const message = 'It could not be started: the disk of the server is full.';
      return { ending: { kind: 'not_started', code: 'disk_full', message }, parts };
    }
    return {
      ending: {
        kind: 'not_started',
        code: 'start_failed',
        message: `It could not be started: ${(error as Error).message}`,
      },
      parts,
    };
  }

  // Beside the process, which may have ended before that is stored.
  const announced = announceRunning(run, lease, announcer.told(), deps);
  void announced
    .catch(() => false)
    .then((isOurs) => (isOurs ? undefined : execution.signal('KILL')))
    .catch((error: unknown) => deps.log.error({ error, runId: run.id }, 'ending a run failed'));
  const watch = watchEnd(run, lease, cancel, execution, deps);
  const pump = pumpFor(run, lease, execution, preparation.secrets, watch.quota, deps);
  if (execution.place !== undefined) pump.say('INFO', `It runs on ${execution.place}.`);
  if (run.attempt > 1) pump.say('INFO', `Attempt ${run.attempt} of ${run.max_attempts}.`);
  try {
    await pump.run(execution.exited);
  } catch (error) {
    await execution.signal('KILL');
    await execution.exited;
    throw error;
  } finally {
    watch.stop();
  }
  const ending = watch.ending() ?? { kind: 'exit', exit: await execution.exited };
  if (!(await announced) || lease.signal.aborted) throw new LogFenced('the lease was lost');
  // Who was asked to end may have left what it had by then.
  const isOver = ending.kind === 'exit' || ending.kind === 'cancelled' || ending.kind === 'timed_out';
  if (!isOver) return { ending, parts: pump.parts };
  const lost = await collectArtifacts({ runId: run.id, attempt: run.attempt }, execution, lease, deps);
  sayWhatIsLost(pump, await execution.exited, lost);
  await pump.run(nothing);
  return { ending: endingWith(lost, ending), parts: pump.parts };
};

const lossTexts: Record<LostFile['reason'], string> = {
  too_many: 'there are too many files',
  too_large: 'the files of this run are larger than what is kept of one',
  unreadable: 'it cannot be read',
  not_stored: 'the store of files failed',
  disk_full: 'the disk of the server is full',
};
/** Of so many the log gives the name. */
const namedLosses = 20;

const sayWhatIsLost = (pump: LogPump, exit: Exit, lost: readonly LostFile[]): void => {
  if (exit.diskFull === true)
    pump.say('WARN', 'The disk was full when it ended: the last of what it wrote may be missing.');
  for (const { name, reason } of lost.slice(0, namedLosses))
    pump.say('ERROR', `The file ${name} was not kept: ${lossTexts[reason]}.`);
  if (lost.length > namedLosses) pump.say('ERROR', `Nor were ${lost.length - namedLosses} more files.`);
};

/** What a run made and we lost was not made. */
const endingWith = (lost: readonly LostFile[], ending: Ending): Ending => {
  const ours = lost.find(({ reason }) => reason === 'disk_full' || reason === 'not_stored');
  if (ours === undefined || ending.kind !== 'exit' || ending.exit.code !== 0) return ending;
  return { kind: 'output_lost', file: ours.name, isDiskFull: ours.reason === 'disk_full' };
};

const limitsOf = (run: ClaimedRun, preparation: Preparation): Preparation['limits'] => {
  const wanted = run.requirements as { cpu?: number; memoryBytes?: number };
  return {
    ...preparation.limits,
    ...(wanted.cpu === undefined ? {} : { cpu: wanted.cpu }),
    ...(wanted.memoryBytes === undefined ? {} : { memoryBytes: wanted.memoryBytes }),
  };
};

/** Ends the execution on cancel, time-out, quota or a lost lease: TERM, and KILL after the grace period. */
const watchEnd = (
  run: ClaimedRun,
  lease: Lease,
  cancel: AbortSignal,
  execution: Execution,
  deps: AttemptDeps,
) => {
  const stop = new AbortController();
  let ending: Ending | undefined;
  let hasExited = false;
  void execution.exited.then(() => {
    hasExited = true;
  });

  const end = async (why: Ending): Promise<void> => {
    if (ending !== undefined || stop.signal.aborted) return;
    // Its log may take longer to store than it took to run: what has ended by itself has its own outcome.
    if (hasExited && why.kind !== 'log_quota') return;
    ending = why;
    try {
      await execution.signal('TERM');
      await deps.clock.sleep(why.kind === 'log_quota' ? quotaGraceMs : graceMs, stop.signal);
    } catch (error) {
      deps.log.warn({ error, runId: run.id }, 'a run could not be asked to end');
    }
    if (!stop.signal.aborted) await execution.signal('KILL');
  };
  const guarded = (why: Ending): void =>
    void end(why).catch((error: unknown) => deps.log.error({ error, runId: run.id }, 'ending a run failed'));

  const onCancel = (): void => guarded({ kind: 'cancelled' });
  const onLost = (): void => void execution.signal('KILL').catch(() => undefined);
  if (cancel.aborted) onCancel();
  cancel.addEventListener('abort', onCancel, { once: true });
  if (lease.signal.aborted) onLost();
  lease.signal.addEventListener('abort', onLost, { once: true });
  if (run.timeout_seconds !== null) {
    void deps.clock.sleep(run.timeout_seconds * 1000, stop.signal).then(() => {
      if (!stop.signal.aborted) guarded({ kind: 'timed_out' });
    });
  }
  return {
    quota: () => guarded({ kind: 'log_quota', quota: deps.logQuota }),
    ending: () => ending,
    stop: () => {
      stop.abort();
      cancel.removeEventListener('abort', onCancel);
      lease.signal.removeEventListener('abort', onLost);
    },
  };
};

const finish = async (
  run: ClaimedRun,
  lease: Lease,
  ending: Ending,
  parts: readonly RunPart[],
  deps: AttemptDeps,
): Promise<void> => {
  const decided = outcomeOf(ending, run);
  const publishEnd = (executor: SqlExecutor, outcome: Outcome): Promise<RunRow | undefined> => {
    const { id } = run;
    const settled = settleParts(parts, outcome.state);
    const end = finishAttempt({ id, token: lease.token, outcome, parts: settled, now: deps.clock.now() });
    return deps.events.publishChange(executor, end, runEvent(`run.${outcome.state}`, run));
  };
  const ended = await whileLeased(lease, deps, () => {
    if (decided.retryInSeconds === null && ending.kind !== 'worker_lost') return publishEnd(deps.db, decided);
    return deps.db.transaction().execute(async (tx) => {
      // What was asked to end is not tried again, however the attempt itself ended.
      const isRefused = decided.retryInSeconds !== null && (await isCancelRequested(tx, run.id, lease.token));
      const row = await publishEnd(tx, isRefused ? outcomeOf({ kind: 'cancelled' }, run) : decided);
      // For alarms: the live view has heard of the run already.
      if (row !== undefined && ending.kind === 'worker_lost') {
        await deps.events.publish(tx, { ...runEvent('worker.lost', row), topic: null });
      }
      return row;
    });
  });
  if (ended === undefined) throw new LogFenced('another worker holds the run');
  deps.onEnded(ended);
};
