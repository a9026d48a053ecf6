import type { JsonObject } from '@dumont/contracts/primitives';
import type { Caller } from '../../kernel/access/caller.ts';
import type { Limits, ModuleLaunch, Mount } from './executors/executor.ts';

/**
 * What makes a run of one kind: pipelines and solver apps register theirs. `plan` is asked once, when the run
 * is requested; `prepare` by the worker at each attempt, outside any transaction.
 */
export interface RunKind {
  readonly kind: 'pipeline' | 'model' | 'command';
  /** Checks the request and says what the row records. Throws `AppError` for what the caller must mend. */
  plan(request: PlanRequest): Promise<RunPlan>;
  /** Everything needed to start the process. Throws `PreparationError` when the run cannot start any more. */
  prepare(run: PlannedRun): Promise<Preparation>;
}

export interface PlanRequest {
  readonly projectId: string;
  readonly subject: string;
  readonly params: JsonObject;
  /** Undefined when a schedule asks. */
  readonly caller: Caller | undefined;
}

export interface RunPlan {
  readonly subject: string;
  /** Normalised, with defaults filled in: what a re-run repeats and what people see. Holds no secret. */
  readonly params: JsonObject;
  readonly timeoutSeconds: number | null;
  readonly maxAttempts: number;
  readonly retryBackoffSeconds: number;
  /** `exit_N`, `timed_out`, `worker_lost`. */
  readonly retryOn: readonly string[];
  /** Runs with the same key wait for each other beyond the limit. */
  readonly concurrency: { readonly key: string; readonly limit: number } | null;
  /** What the run is made of (systems of a pipeline), in order; `label` is what its log lines carry. */
  readonly parts: readonly { readonly name: string; readonly label: string }[];
}

export interface PlannedRun {
  readonly id: string;
  readonly projectId: string;
  readonly subject: string;
  readonly params: JsonObject;
  readonly attempt: number;
  readonly createdBy: string | null;
}

export interface Preparation {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly mounts: readonly Mount[];
  readonly limits: Limits;
  /** See `Launch`. */
  readonly module?: ModuleLaunch;
  /** Values that must never stand in the log. */
  readonly secrets: readonly string[];
}

/** The run cannot start: ends it as failed with this code and text. */
export class PreparationError extends Error {
  override readonly name = 'PreparationError';
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
