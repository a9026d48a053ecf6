import type { ExecutionState } from '@dumont/contracts/optimization/executions';
import { maxDocumentBytes } from '@dumont/contracts/optimization/instances';
import type { Caller } from '../../../kernel/access/caller.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Events, StoredEvent } from '../../../kernel/events/events.ts';
import { startLeasedWorker, type LeasedWorker } from '../../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Random } from '../../../kernel/random.ts';
import type { RunsApi, RunStanding } from '../../runs/index.ts';
import type { Catalogue } from '../apps/catalogue.ts';
import type { CaseStore } from '../cases/case-store.ts';
import type { Documents } from '../documents-in.ts';
import type { InstanceStore } from '../instances/instance-store.ts';
import { executionEvent } from './announce.ts';
import type { ExecutionChange, ExecutionStore } from './execution-store.ts';
import { claimDue, type DueExecution } from './open-executions.ts';
import { readResult, type ReadResult } from './result.ts';
import { resultFile, type SolveParams } from './solve-kind.ts';
import { inState, isOpen, stateNumber } from './state.ts';

const pollMs = 1000;
const concurrency = 8;

export interface ExecutionWorkerDeps {
  readonly db: Database;
  readonly store: ExecutionStore;
  readonly instances: Pick<InstanceStore, 'update'>;
  readonly cases: Pick<CaseStore, 'update'>;
  readonly catalogue: Catalogue;
  readonly documents: Documents;
  readonly runs: Pick<RunsApi, 'startRun' | 'cancelRun' | 'readArtifact' | 'readLog' | 'readStandings'>;
  readonly callerOf: (userId: string) => Promise<Caller | undefined>;
  readonly events: Events;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** How a run ended, and the last that its app said, which is mostly why. */
const reasonOf = (runError: string | null, logText: string): string | undefined => {
  if (runError === null) return undefined;
  const last = logText.trimEnd().split('\n').at(-1) ?? '';
  return last === '' ? runError : `${runError} ${last.slice(0, 500)}`;
};

/** Lines of a run's log that go into the text of an execution. */
const loggedLines = 10_000;

/**
 * Gives each execution that was asked for its run, and takes over what the run answers. Both are asked for by the row,
 * so that whatever dies in between, the next one goes on.
 */
export const startExecutionWorker = (deps: ExecutionWorkerDeps): LeasedWorker => {
  const { db, store, clock } = deps;

  /**
   * False where it was launched again, stopped or deleted meanwhile: what we know is of the launch before. With `only`,
   * also where that is not so any more.
   */
  const change = (
    row: DueExecution,
    columns: ExecutionChange,
    name: string,
    only: Partial<Pick<DueExecution, 'state'>> = {},
  ): Promise<boolean> =>
    db.transaction().execute(async (tx) => {
      const guard = { launch: row.launch, ...only };
      const changed = await store.update(tx, row.id, { ...columns, updated_at: clock.now() }, guard);
      if (changed !== undefined) await deps.events.publish(tx, executionEvent(name, changed));
      return changed !== undefined;
    });
  const end = async (row: DueExecution, columns: ExecutionChange): Promise<void> => {
    await change(row, { ...columns, settled: true, finished_at: clock.now() }, 'execution.finished');
  };

  const launch = async (row: DueExecution): Promise<void> => {
    const caller = await deps.callerOf(row.owner_id);
    if (caller === undefined)
      return end(row, inState('not_started', 'Whoever asked for it may not start it any more.'));
    const params: SolveParams = { executionId: row.id, launch: row.launch };
    try {
      const run = await deps.runs.startRun(caller, {
        kind: 'model',
        subject: row.app,
        params,
        projectId: row.project_id,
        idempotencyKey: `execution:${row.id}:${row.launch}`,
      });
      if (!(await change(row, { run_id: run.id }, 'execution.changed')))
        await deps.runs.cancelRun(caller, run.id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await end(row, inState('not_started', error.message));
    }
  };

  const logOf = async (runId: string): Promise<string> =>
    (await deps.runs.readLog(runId, 0, loggedLines)).map(({ message }) => `${message}\n`).join('');

  const readAnswer = async (row: DueExecution, runId: string): Promise<ReadResult | { fault: string }> => {
    const bytes = await deps.runs.readArtifact(runId, resultFile, 2 * maxDocumentBytes);
    if (bytes === undefined || bytes.length === 0) return { fault: 'The app ended without an answer.' };
    try {
      return await readResult(await deps.catalogue.get(row.app), bytes, row.checks_only, deps.documents);
    } catch (error) {
      return { fault: (error as Error).message };
    }
  };

  const ended: Readonly<Record<string, ExecutionState>> = {
    succeeded: 'solved',
    cancelled: 'stopped',
    // The app had its own limit and half a minute more.
    timed_out: 'failed',
  };

  /** What became of an execution whose app writes its answer itself: what it wrote, and where it wrote none, why. */
  const conclude = async (row: DueExecution, run: RunStanding): Promise<void> => {
    const text = await logOf(run.id);
    const state = ended[run.state] ?? 'failed';
    const unanswered =
      state === 'solved'
        ? inState('not_saved', 'The app ended without an answer.')
        : inState(state, state === 'failed' ? reasonOf(run.error, text) : undefined);
    const columns: ExecutionChange = {
      // Stopped is what it was, whatever it had to say by then.
      ...(isOpen(row.state) || state === 'stopped' ? unanswered : {}),
      ...(row.has_log ? {} : { log_text: text }),
      settled: true,
      finished_at: clock.now(),
    };
    // A word that came after we looked counts: then the next look concludes from that.
    await change(row, columns, 'execution.finished', { state: row.state });
  };

  const takeOver = async (row: DueExecution, run: RunStanding): Promise<void> => {
    const log_text = await logOf(run.id);
    const state = ended[run.state] ?? 'failed';
    if (state === 'failed' && run.state !== 'timed_out')
      return end(row, { ...inState('failed', reasonOf(run.error, log_text)), log_text });
    const answer = await readAnswer(row, run.id);
    // One that was cut off need not have an answer.
    if ('fault' in answer)
      return end(row, {
        ...(state === 'solved' ? inState('not_saved', answer.fault) : inState(state, run.error ?? undefined)),
        log_text,
      });
    // Checked and nothing found is not the same as never checked.
    const checks = answer.instanceChecks ?? '{}';
    await deps.instances.update(db, row.instance_id, { checks });
    if (row.case_id !== null)
      await deps.cases.update(db, row.case_id, {
        checks,
        solution_checks: answer.columns.solution_checks ?? null,
        kpis: answer.columns.kpis ?? null,
      });
    const why = state === 'failed' ? (run.error ?? undefined) : undefined;
    await end(row, { ...answer.columns, ...inState(state, why), log_text });
  };

  const work = async (row: DueExecution): Promise<void> => {
    if (row.run_id === null) return launch(row);
    if (row.run === undefined) return end(row, inState('unknown', 'Its run is not kept any more.'));
    if (row.run.finishedAt !== null) {
      const app = await deps.catalogue.find(row.app);
      const isWorker = app?.folderApp?.manifest.protocol === 'worker';
      return isWorker ? conclude(row, row.run) : takeOver(row, row.run);
    }
    const { queued } = stateNumber;
    if (row.state === queued) await change(row, inState('running'), 'execution.started', { state: queued });
  };

  return startLeasedWorker<DueExecution>(
    {
      name: 'executions',
      concurrency,
      pollMs,
      claim: claimDue(store, deps.runs),
      renew: (held, expiresAt) => store.renew(held, expiresAt),
      work: async (row, lease) => {
        try {
          await work(row);
        } finally {
          // Not by expiry: there is more to do for the row as soon as its run goes on.
          await store.release(row.id, lease.token);
        }
      },
      wakeUps: (wake) =>
        deps.events.subscribe((events) => {
          // Of runs only those of apps: each look takes a statement, and other runs may be hundreds a second.
          const isNews = ({ name, topic, subject }: StoredEvent): boolean =>
            name === 'execution.created' ||
            name === 'execution.changed' ||
            (topic === 'runs' && name !== 'run.progress' && deps.catalogue.canStart(subject));
          if (events.some(isNews)) wake();
        }),
    },
    deps,
  );
};
