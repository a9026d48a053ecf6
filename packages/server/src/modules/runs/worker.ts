import type { Notifications } from '../../kernel/db/notifications.ts';
import { leaseMs, startLeasedWorker, type LeasedWorker } from '../../kernel/lease/leased-worker.ts';
import type { Random } from '../../kernel/random.ts';
import { runAttempt, type AttemptDeps } from './attempt.ts';
import { createTidier } from './tidier.ts';
import { claimRuns, renewRuns, type ClaimedRun, type RunRow } from './run-store.ts';

/** Payloads: `queued <executor>`, or `cancel <run id>`. */
export const runsChannel = 'dumont_runs';
const pollMs = 2000;
const lostEveryMs = 1000;
/** A worker that could save what a dead one's run had written has so long the first right to it. */
const lostGraceMs = 2500;

export interface RunWorker extends AsyncDisposable {
  /**
   * Looks for waiting runs now: called after a commit in this process, faster than the notification. A worker that
   * has not this executor does not: each look takes the lock of all claims.
   */
  wake(executor?: string): void;
  readonly active: number;
}

/**
 * Starts waiting runs on this host and takes over those whose worker died. With `onlyLost` it starts none: so
 * that the runs of a worker end in time, or wait for the next, also where it was the last one.
 */
export const startRunWorker = (
  deps: Omit<AttemptDeps, 'tidier'> & {
    notifications: Notifications;
    random: Random;
    concurrency: number;
    onlyLost?: boolean;
  },
): RunWorker => {
  const cancels = new Map<string, AbortController>();
  const due = new AbortController();
  const tidier = createTidier(deps);
  const { onlyLost = false } = deps;
  let lookedForLostMs = -Infinity;
  /** After a gap in the notifications anything may have been queued. */
  const isOurs = (executor: string | undefined): boolean =>
    executor === undefined || deps.executors.has(executor);

  const leased: LeasedWorker = startLeasedWorker<ClaimedRun>(
    {
      name: 'runs',
      concurrency: deps.concurrency,
      pollMs: onlyLost ? lostEveryMs : pollMs,
      claim: ({ token, now, held }, limit) => {
        const lease = { token, now, held, forMs: leaseMs };
        const names = [...deps.executors.keys()];
        if (onlyLost) {
          const limits = { executors: names, waiting: 0, lost: limit, lostForMs: lostGraceMs };
          return deps.db.transaction().execute((tx) => claimRuns(tx, lease, limits));
        }
        // Leases run out by the second: looking for them at each of hundreds of claims a second is for nothing.
        const isTime = deps.clock.elapsedMs() - lookedForLostMs >= lostEveryMs;
        if (isTime) lookedForLostMs = deps.clock.elapsedMs();
        const limits = { executors: names, waiting: limit, lost: isTime ? limit : 0 };
        return deps.db.transaction().execute((tx) => claimRuns(tx, lease, limits));
      },
      renew: async (held) => {
        const rows = await renewRuns(deps.db, held, leaseMs);
        for (const row of rows) if (row.cancelRequested) cancels.get(row.id)?.abort();
        return new Set(rows.map((row) => row.id));
      },
      work: async (run, lease) => {
        const cancel = new AbortController();
        cancels.set(run.id, cancel);
        if (run.cancel_requested_at !== null) cancel.abort();
        try {
          await runAttempt(run, lease, cancel.signal, { ...deps, tidier, onEnded });
        } finally {
          cancels.delete(run.id);
        }
      },
      wakeUps: (wake) =>
        deps.notifications.listen(runsChannel, (payload) => {
          const [verb, subject] = payload?.split(' ') ?? [];
          if (verb === 'cancel') cancels.get(subject ?? '')?.abort();
          else if (!onlyLost && isOurs(subject)) wake();
        }),
    },
    deps,
  );

  /** A run that waits for its next attempt starts on time, not at the next poll. */
  const wakeAt = async (at: Date): Promise<void> => {
    await deps.clock.sleep(at.getTime() - deps.clock.now().getTime(), due.signal);
    leased.wake();
  };
  const onEnded = (run: RunRow): void => {
    if (run.finished_at === null) void wakeAt(run.due_at);
    deps.onEnded(run);
  };

  const swept = tidier
    .sweep()
    .catch((error: unknown) => deps.log.warn({ error }, 'what a crash left of runs could not be looked for'));

  return {
    wake: (executor) => {
      if (isOurs(executor)) leased.wake();
    },
    get active() {
      return leased.active;
    },
    [Symbol.asyncDispose]: async () => {
      due.abort();
      await leased[Symbol.asyncDispose]();
      await swept;
      await tidier[Symbol.asyncDispose]();
    },
  };
};
