import type { Database } from '../../kernel/db/database.ts';
import type { Logger } from '../../kernel/log.ts';
import type { AttemptRef, Executor } from './executors/executor.ts';
import { listEndedAttempts } from './run-store.ts';

/** Deletes what ended attempts keep on disk, beside the runs instead of in their way. */
export interface Tidier extends AsyncDisposable {
  /** Resolves when the next may be asked for: deleting lags behind by so many attempts at most. */
  discard(executor: Executor, ref: AttemptRef): Promise<void>;
  /** Discards what a crash left of attempts that have ended. Those of runs that are not known here stay. */
  sweep(): Promise<void>;
}

const lagging = 16;

export const createTidier = (deps: {
  readonly db: Database;
  readonly log: Logger;
  readonly executors: ReadonlyMap<string, Executor>;
}): Tidier => {
  const atWork = new Set<Promise<void>>();

  const start = (executor: Executor, ref: AttemptRef): void => {
    const work: Promise<void> = executor
      .discard(ref)
      .catch((error: unknown) => deps.log.warn({ error, ...ref }, 'the files of an ended run stay on disk'))
      .finally(() => atWork.delete(work));
    atWork.add(work);
  };
  const discard = async (executor: Executor, ref: AttemptRef): Promise<void> => {
    start(executor, ref);
    if (atWork.size > lagging) await Promise.race(atWork);
  };

  return {
    discard,
    sweep: async () => {
      for (const executor of deps.executors.values()) {
        for (const ref of await listEndedAttempts(deps.db, await executor.listKept())) {
          await executor.end(ref);
          await discard(executor, ref);
        }
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(atWork);
    },
  };
};
