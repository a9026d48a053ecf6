import { sql, type RawBuilder } from 'kysely';
import type { JsonObject } from '@dumont/contracts/primitives';
import type { RunPart } from '@dumont/contracts/runs/runs';
import type { Outcome } from './run.ts';
import type { RunRow } from './run-store.ts';

/** Statements that change the state of one run and return its row: published in one go with their event. */

export interface NewRun {
  readonly id: string;
  readonly projectId: string;
  readonly kind: string;
  readonly subject: string;
  readonly params: JsonObject;
  readonly executor: string;
  readonly requirements: JsonObject;
  readonly priority: number;
  readonly concurrency: { readonly key: string; readonly limit: number } | null;
  readonly parts: readonly RunPart[];
  readonly maxAttempts: number;
  readonly retryOn: readonly string[];
  readonly retryBackoffSeconds: number;
  readonly timeoutSeconds: number | null;
  readonly createdBy: string | null;
  readonly scheduleId: string | null;
  readonly rerunOf: string | null;
  readonly queuedAt: Date;
}

export const insertRun = (run: NewRun): RawBuilder<RunRow> => sql<RunRow>`
  insert into runs (id, project_id, kind, subject, params, state, executor, requirements, priority,
    concurrency_key, concurrency_limit, parts, max_attempts, retry_on, retry_backoff_seconds, timeout_seconds,
    created_by, schedule_id, rerun_of, queued_at, due_at)
  values (${run.id}, ${run.projectId}, ${run.kind}, ${run.subject}, ${JSON.stringify(run.params)}, 'queued',
    ${run.executor}, ${JSON.stringify(run.requirements)}, ${run.priority}, ${run.concurrency?.key ?? null},
    ${run.concurrency?.limit ?? null}, ${JSON.stringify(run.parts)}, ${run.maxAttempts}, ${[...run.retryOn]},
    ${run.retryBackoffSeconds}, ${run.timeoutSeconds}, ${run.createdBy}, ${run.scheduleId}, ${run.rerunOf},
    ${run.queuedAt}, ${run.queuedAt})
  returning *`;

/** What a run waits for after it was claimed; guarded as below. */
export const markWaiting = (
  id: string,
  token: string,
  message: string,
): RawBuilder<Pick<RunRow, 'id'>> => sql`
  update runs set message = ${message}
  where id = ${id} and lease_token = ${token} and state = 'starting'
  returning id`;

/**
 * Guarded, like every write of a worker, by its lease: changes nothing when that is not its own any more. Only now has
 * the run started: what waited and was refused has no duration.
 */
export const markRunning = (
  id: string,
  token: string,
  waitedFor: string | undefined,
  now: Date,
): RawBuilder<Pick<RunRow, 'id'>> => sql`
  update runs set state = 'running', started_at = coalesce(started_at, ${now}), message = nullif(message, ${waitedFor ?? null})
  where id = ${id} and lease_token = ${token} and state in ('starting', 'running')
  returning id`;

/** The end of an attempt: of the run too, unless its outcome asks for another attempt. */
export const finishAttempt = (run: {
  id: string;
  token: string;
  outcome: Outcome;
  parts: readonly RunPart[];
  now: Date;
}): RawBuilder<RunRow> => {
  const { outcome, now } = run;
  const hasEnded = outcome.retryInSeconds === null;
  const dueAt = new Date(now.getTime() + (outcome.retryInSeconds ?? 0) * 1000);
  return sql<RunRow>`
    update runs set
      state = ${outcome.state}, exit_code = ${outcome.exitCode}, error_code = ${outcome.error?.code ?? null},
      error_message = ${outcome.error?.message ?? null}, parts = ${JSON.stringify(run.parts)},
      finished_at = ${hasEnded ? now : null}, due_at = ${dueAt}, lease_token = null, lease_expires_at = null,
      progress = case when ${outcome.state === 'succeeded'} then 100 when ${hasEnded} then progress end,
      progress_estimated = progress_estimated and ${hasEnded && outcome.state !== 'succeeded'}
    where id = ${run.id} and lease_token = ${run.token}
    returning *`;
};
