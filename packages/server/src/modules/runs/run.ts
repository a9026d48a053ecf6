import type { Run, RunPart, RunState } from '@dumont/contracts/runs/runs';
import type { Exit } from './executors/executor.ts';
import type { RunRow, ShownRun } from './run-store.ts';

/** The rules of one run: how it looks outside, and what follows from how an attempt ended. */

export const toWire = (row: ShownRun, names: ReadonlyMap<string, string>): Run => ({
  id: row.id,
  number: row.number,
  projectId: row.project_id,
  kind: row.kind as Run['kind'],
  subject: row.subject,
  params: (row.params ?? {}) as Run['params'],
  ...(row.params === null ? { paramsTruncated: true } : {}),
  state: row.state as RunState,
  waitingFor: waitingFor(row),
  executor: row.executor as Run['executor'],
  requirements: row.requirements as Run['requirements'],
  priority: row.priority,
  progress: row.progress === null ? null : Math.round(row.progress * 10) / 10,
  progressEstimated: row.progress_estimated,
  message: row.message,
  parts: row.parts as unknown as RunPart[],
  attempt: row.attempt,
  maxAttempts: row.max_attempts,
  timeoutSeconds: row.timeout_seconds,
  exitCode: row.exit_code,
  error:
    row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? row.error_code },
  createdBy:
    row.created_by === null
      ? null
      : { id: row.created_by, name: names.get(row.created_by) ?? 'deleted user' },
  scheduleId: row.schedule_id,
  rerunOf: row.rerun_of,
  logLines: row.log_lines,
  queuedAt: row.queued_at.toISOString(),
  startedAt: row.started_at?.toISOString() ?? null,
  finishedAt: row.finished_at?.toISOString() ?? null,
  cancelRequestedAt: row.cancel_requested_at?.toISOString() ?? null,
});

const waitingFor = (row: ShownRun): string | null => {
  if (row.state === 'starting') return row.message;
  if (row.state !== 'queued') return null;
  if (row.attempt > 0) return `next attempt at ${row.due_at.toISOString()}`;
  if (row.concurrency_limit !== null)
    return `a place: at most ${row.concurrency_limit} of ${row.subject} at a time`;
  return 'a free place';
};

/** What a run may keep of its log: bytes of each attempt, lines of all. A line of nothing takes some 100 bytes to store. */
export interface LogQuota {
  readonly bytes: number;
  readonly lines: number;
}

/** Why an attempt ended, before the rules of the run are applied. */
export type Ending =
  | { readonly kind: 'exit'; readonly exit: Exit }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timed_out' }
  | { readonly kind: 'worker_lost' }
  | { readonly kind: 'log_quota'; readonly quota: LogQuota }
  /** It succeeded, and what it made could not be kept. */
  | { readonly kind: 'output_lost'; readonly file: string; readonly isDiskFull: boolean }
  | { readonly kind: 'not_started'; readonly code: string; readonly message: string };

export interface Outcome {
  readonly state: Exclude<RunState, 'starting' | 'running'>;
  readonly exitCode: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Seconds until the next attempt; null when there is none. */
  readonly retryInSeconds: number | null;
}

type RetryRule = Pick<
  RunRow,
  'attempt' | 'max_attempts' | 'retry_on' | 'retry_backoff_seconds' | 'timeout_seconds'
>;

const maxBackoffSeconds = 86_400;

/** Decides the state that an attempt leads to. Backs off by doubling, at most a day. */
export const outcomeOf = (ending: Ending, run: RetryRule): Outcome => {
  const base = failureOf(ending, run);
  if (base.error === null || base.state === 'cancelled') return { ...base, retryInSeconds: null };
  // What an exit code is repeated for, it is repeated for where the disk was full as well.
  const reasons = [base.error.code, ...(base.exitCode === null ? [] : [`exit_${base.exitCode}`])];
  const repeats = run.attempt < run.max_attempts && reasons.some((reason) => run.retry_on.includes(reason));
  if (!repeats) return { ...base, retryInSeconds: null };
  const backoff = run.retry_backoff_seconds * 2 ** Math.max(0, run.attempt - 1);
  return { ...base, state: 'queued', retryInSeconds: Math.min(backoff, maxBackoffSeconds) };
};

const diskFullText = 'the disk of the server is full.';

const failureOf = (ending: Ending, run: RetryRule): Omit<Outcome, 'retryInSeconds'> => {
  const failed = (
    code: string,
    message: string,
    exitCode: number | null = null,
  ): Omit<Outcome, 'retryInSeconds'> => ({
    state: 'failed',
    exitCode,
    error: { code, message },
  });
  switch (ending.kind) {
    case 'cancelled':
      return { state: 'cancelled', exitCode: null, error: null };
    case 'timed_out':
      return {
        state: 'timed_out',
        exitCode: null,
        error: {
          code: 'timed_out',
          message: `It ran longer than the ${run.timeout_seconds ?? 0} s it was given.`,
        },
      };
    case 'worker_lost':
      return failed('worker_lost', 'The server process that ran it died, and its processes with it.');
    case 'log_quota':
      return failed(
        'log_quota',
        `It wrote more than the ${ending.quota.bytes} bytes or ${ending.quota.lines} lines of log that a run may keep.`,
      );
    case 'output_lost':
      return ending.isDiskFull
        ? failed('disk_full', `Its file ${ending.file} could not be kept: ${diskFullText}`, 0)
        : failed('output_lost', `Its file ${ending.file} could not be kept: the store of files failed.`, 0);
    case 'not_started':
      return failed(ending.code, ending.message);
    case 'exit': {
      const { code, signal, outOfMemory, diskFull, lost } = ending.exit;
      if (lost !== undefined) return failed('machine_lost', `The machine that it ran on is lost: ${lost}.`);
      if (code === 0) return { state: 'succeeded', exitCode: 0, error: null };
      if (outOfMemory === true) return failed('out_of_memory', 'It used more memory than it may.', code);
      if (diskFull === true) {
        const how = signal === null ? `with exit code ${code ?? 'unknown'}` : `by ${signal}`;
        return failed('disk_full', `It ended ${how} while ${diskFullText}`, code);
      }
      if (signal !== null) return failed(`signal_${signal}`, `It was ended by ${signal}.`, code);
      if (code === 127) return failed('exit_127', 'Its program was not found.', code);
      if (code === 126) return failed('exit_126', 'Its program may not be executed.', code);
      return failed(`exit_${code ?? 'unknown'}`, `It ended with exit code ${code ?? 'unknown'}.`, code);
    }
  }
};

/** The parts of a run once it has ended: nothing is left running, and success is not claimed for what failed. */
export const settleParts = (parts: readonly RunPart[], state: RunState): RunPart[] =>
  parts.map((part) => {
    if (state === 'queued') return { ...part, state: 'waiting', progress: null, message: null };
    if (state === 'succeeded' && part.state !== 'failed')
      return { ...part, state: 'succeeded', progress: 100, estimated: false };
    if (part.state !== 'running') return part;
    return { ...part, state: state === 'cancelled' ? 'cancelled' : 'failed' };
  });
