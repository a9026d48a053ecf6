import type { JsonObject } from '@dumont/contracts/primitives';
import type { Requirements, Run, RunState } from '@dumont/contracts/runs/runs';
import type { LogLine } from '@dumont/contracts/runs/logs';
import type { Caller, Scope } from '../../kernel/access/caller.ts';
import type { RunKind } from './run-kind.ts';

/** What later modules (pipelines, optimization) may ask of runs. */
export interface RunsApi {
  registerKind(kind: RunKind): void;
  startRun(caller: Caller, request: StartRequest): Promise<Run>;
  cancelRun(caller: Caller, id: string): Promise<Run>;
  /** Undefined where the scope does not reach it. */
  findRunByNumber(scope: Scope, number: number): Promise<Run | undefined>;
  /** Those of the ids that the scope reaches, in any order; for consumers of events, which carry ids only. */
  listRunsByIds(scope: Scope, ids: readonly string[]): Promise<readonly Run[]>;
  /** How these runs stand, in any order; those that are not kept any more are left out. Work of the system itself. */
  readStandings(ids: readonly string[]): Promise<readonly RunStanding[]>;
  /** Offset paging for compatible clients, newest first. */
  listRunsByOffset(
    scope: Scope,
    query: { kind: RunKind['kind']; states?: readonly RunState[]; offset: number; limit: number },
  ): Promise<{ runs: readonly Run[]; total: number }>;
  /**
   * For each name of a run's parts: the run of this kind in the project that has it at work, else the latest one that
   * came to it, else the latest one that waits.
   */
  latestParts(
    projectId: string,
    kind: RunKind['kind'],
  ): Promise<ReadonlyMap<string, { run: Run; part: Run['parts'][number] }>>;
  /** Up to `limit` lines from the start of the log. */
  readLog(runId: string, after: number, limit: number): Promise<readonly LogLine[]>;
  /** A file that the run left; undefined where it left none of that name. Throws for one that is longer. */
  readArtifact(runId: string, name: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** Lines of any run as they are committed, on this replica; for the compatible event stream. */
  onLogLines(
    handler: (
      run: {
        id: string;
        kind: RunKind['kind'];
        number: number;
        projectId: string;
        createdBy: string | null;
      },
      lines: readonly LogLine[],
    ) => void,
  ): () => void;
}

export interface RunStanding {
  readonly id: string;
  readonly state: RunState;
  /** Why it did not succeed. */
  readonly error: string | null;
  readonly finishedAt: Date | null;
}

export interface StartRequest {
  readonly kind: RunKind['kind'];
  readonly subject: string;
  readonly params: JsonObject;
  readonly projectId?: string;
  readonly priority?: number;
  readonly timeoutSeconds?: number;
  readonly requirements?: Requirements;
  readonly idempotencyKey?: string;
}
