import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Random } from '../random.ts';
import { sleepUnless } from '../sleep-unless.ts';

/**
 * Background work over leased rows: claimed with SKIP LOCKED, woken after commit, worked on outside any
 * transaction, renewed by heartbeat, its result guarded by the lease token. A worker that cannot renew ends
 * its work before the lease runs out, so that nothing is done twice at once.
 */
export interface LeasedWork<Row extends { readonly id: string }> {
  readonly name: string;
  /**
   * Claims up to `limit` rows that are due and free or whose lease has run out, save those in `held`: this
   * process is at work on them, and only a jump of the wall clock makes them look free.
   */
  claim(
    lease: { token: string; expiresAt: Date; now: Date; held: readonly string[] },
    limit: number,
  ): Promise<readonly Row[]>;
  /** Extends these rows' leases where the token is still theirs; answers the ids that are. */
  renew(held: readonly { id: string; token: string }[], expiresAt: Date): Promise<ReadonlySet<string>>;
  /** Must end soon after `lease.signal` aborts. Errors are logged; the row is then free again by expiry. */
  work(row: Row, lease: Lease): Promise<void>;
  readonly concurrency: number;
  /** How often to look without being woken. */
  readonly pollMs: number;
  /** Subscribes to wake-ups; answers how to end that. */
  wakeUps?(wake: () => void): () => void;
}

export interface Lease {
  readonly token: string;
  /** Aborts when the lease is lost or could not be renewed in time (`reason` says so), or the worker stops. */
  readonly signal: AbortSignal;
}

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** A dead worker is noticed within 15 s: 10 s until its lease runs out, and a poll. */
export const leaseMs = 10_000;
const renewMs = 2500;
/** Left for ending the work (killing children) before another worker may start it. */
const marginMs = 4000;

export interface LeasedWorker extends AsyncDisposable {
  /** Looks for work now. */
  wake(): void;
  readonly active: number;
}

export const startLeasedWorker = <Row extends { readonly id: string }>(
  work: LeasedWork<Row>,
  deps: { clock: Clock; random: Random; log: Logger },
): LeasedWorker => {
  const { clock, log } = deps;
  const stop = new AbortController();
  const held = new Map<
    string,
    { token: string; renewedAtMs: number; abort: AbortController; done: Promise<void> }
  >();
  let woken = Promise.withResolvers<void>();
  const wake = (): void => woken.resolve();
  const unsubscribe = work.wakeUps?.(wake);

  const start = (row: Row, token: string, claimedAtMs: number): void => {
    const abort = new AbortController();
    const done = work
      .work(row, { token, signal: abort.signal })
      .catch((error: unknown) => log.error({ error, work: work.name, id: row.id }, 'leased work failed'))
      .finally(() => {
        held.delete(row.id);
        wake();
      });
    held.set(row.id, { token, renewedAtMs: claimedAtMs, abort, done });
  };

  const isOverdue = (renewedAtMs: number): boolean => clock.elapsedMs() - renewedAtMs >= leaseMs - marginMs;

  /** Until the next renewal, or until the first lease must be given up: whichever comes first. */
  const pauseMs = (): number =>
    Math.min(
      renewMs,
      ...[...held.values()]
        .filter((lease) => !lease.abort.signal.aborted)
        .map((lease) => Math.max(0, lease.renewedAtMs + leaseMs - marginMs - clock.elapsedMs())),
    );

  const giveUpOverdue = (): void => {
    for (const lease of held.values()) {
      if (isOverdue(lease.renewedAtMs))
        lease.abort.abort(new LeaseLost('the lease could not be renewed in time'));
    }
  };

  const claim = async (): Promise<boolean> => {
    const free = work.concurrency - held.size;
    if (free <= 0) return false;
    const now = clock.now();
    const token = deps.random.id();
    const startedMs = clock.elapsedMs();
    const rows = await work.claim(
      { token, now, expiresAt: new Date(now.getTime() + leaseMs), held: [...held.keys()] },
      free,
    );
    if (isOverdue(startedMs)) {
      log.warn(
        { work: work.name, rows: rows.length },
        'claiming took as long as the lease; left to the next',
      );
      return false;
    }
    // An update answers its rows in no order of its own.
    for (const row of [...rows].toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const before = held.get(row.id);
      if (before === undefined) start(row, token, startedMs);
      else {
        // Free again while its last work still tidies up here, or fenced off by the new token: one after the other.
        void before.done.then(() => {
          if (!stop.signal.aborted && !isOverdue(startedMs)) start(row, token, startedMs);
        });
      }
    }
    return rows.length === free && rows.length > 0;
  };

  const claiming = (async () => {
    while (!stop.signal.aborted) {
      woken = Promise.withResolvers();
      try {
        if (await claim()) continue;
      } catch (error) {
        log.warn({ error, work: work.name }, 'claiming failed; trying again');
      }
      await sleepUnless(clock, work.pollMs, woken.promise, stop.signal);
    }
  })();

  const renew = async (): Promise<void> => {
    const startedMs = clock.elapsedMs();
    const rows = [...held].map(([id, { token }]) => ({ id, token }));
    try {
      // A renewal that hangs is as good as none: the margin below must still be reached.
      const answered = new AbortController();
      const ours = await Promise.race([
        work.renew(rows, new Date(clock.now().getTime() + leaseMs)),
        clock.sleep(pauseMs(), AbortSignal.any([stop.signal, answered.signal])).then(() => undefined),
      ]).finally(() => answered.abort());
      for (const { id, token } of ours === undefined ? [] : rows) {
        const lease = held.get(id);
        // Ended meanwhile, and perhaps claimed again: that lease was not asked about.
        if (lease?.token !== token) continue;
        if (ours?.has(id) === true) lease.renewedAtMs = startedMs;
        else lease.abort.abort(new LeaseLost('the lease is held by another worker'));
      }
    } catch (error) {
      log.warn({ error, work: work.name }, 'renewing leases failed; trying again');
    }
    giveUpOverdue();
  };

  const renewing = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(pauseMs(), stop.signal);
      giveUpOverdue();
      if (held.size > 0 && !stop.signal.aborted) await renew();
    }
  })();

  return {
    wake,
    get active() {
      return held.size;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      unsubscribe?.();
      wake();
      await claiming;
      for (const lease of held.values()) lease.abort.abort(new LeaseLost('the worker stops'));
      await Promise.all([...held.values()].map((lease) => lease.done));
      await renewing;
    },
  };
};
