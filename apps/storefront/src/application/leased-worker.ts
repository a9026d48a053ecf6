import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';

/** Rows with a due time and a lease. Whoever dies at work leaves a lease that runs out. */
export interface LeaseStore {
  /** Rows that are due or whose lease has run out, as ours until `until`. */
  claim(claim: { token: string; now: Date; until: Date; limit: number }): Promise<readonly Claimed[]>;
  /** Ends our lease. The row is due again at `dueAt`, or earlier where somebody asked for it meanwhile. */
  release(row: { id: string; token: string; dueAt: Date | null; error: string | null }): Promise<void>;
}

export interface Claimed {
  readonly id: string;
  /** How many times it was claimed since it last succeeded, this time included. */
  readonly attempts: number;
}

export interface LeasedWork {
  readonly name: string;
  readonly store: LeaseStore;
  readonly concurrency: number;
  /**
   * Does what the row is for, outside any transaction, and may be done twice or broken off anywhere. Answers when
   * the row is due next; null: not before somebody asks for it. What it throws is tried again later.
   */
  work(row: Claimed): Promise<Date | null>;
}

export interface LeasedWorker extends AsyncDisposable {
  /** Looks for work now. */
  wake(): void;
}

const pollMs = 1000;
const maxBackoffMs = 300_000;

export const startLeasedWorker = (
  work: LeasedWork,
  deps: { clock: Clock; random: Random; log: Logger; leaseMs: number },
): LeasedWorker => {
  const { clock, log } = deps;
  const stop = new AbortController();
  const underWay = new Set<Promise<void>>();
  let woken = new AbortController();

  const run = async (row: Claimed, token: string): Promise<void> => {
    try {
      const dueAt = await work.work(row);
      await work.store.release({ id: row.id, token, dueAt, error: null });
    } catch (error) {
      log.warn({ error, work: work.name, id: row.id, attempts: row.attempts }, 'leased work failed');
      const backoffMs = Math.min(maxBackoffMs, 500 * 2 ** Math.min(row.attempts, 20));
      const dueAt = new Date(clock.now().getTime() + backoffMs);
      const words = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
      // Where even this fails the lease runs out by itself.
      await work.store.release({ id: row.id, token, dueAt, error: words }).catch(() => undefined);
    }
  };

  const claim = async (): Promise<boolean> => {
    const limit = work.concurrency - underWay.size;
    if (limit <= 0) return false;
    const token = deps.random.id();
    const now = clock.now();
    const until = new Date(now.getTime() + deps.leaseMs);
    const rows = await work.store.claim({ token, now, until, limit });
    for (const row of rows) {
      const running: Promise<void> = run(row, token).finally(() => {
        underWay.delete(running);
        woken.abort();
      });
      underWay.add(running);
    }
    return rows.length === limit;
  };

  const claiming = (async () => {
    while (!stop.signal.aborted) {
      woken = new AbortController();
      const { signal } = woken;
      try {
        if (await claim()) continue;
      } catch (error) {
        log.warn({ error, work: work.name }, 'claiming failed');
      }
      await clock.sleep(pollMs, AbortSignal.any([stop.signal, signal]));
    }
  })();

  return {
    wake: () => woken.abort(),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await claiming;
      await Promise.all(underWay);
    },
  };
};
