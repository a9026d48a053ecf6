import type { Clock } from '../../../kernel/clock.ts';
import type { Logger } from '../../../kernel/log.ts';
import { longestBeatSeconds } from './rhythm.ts';
import type { SampleStore } from './sample-store.ts';

const minuteMs = 60_000;
const rawKeptMs = 60 * minuteMs;
const minutesKeptMs = 30 * 24 * 60 * minuteMs;
/** What comes late, since the database was away for a moment, still counts. */
const lateMs = 10_000;
const deleteEveryMs = 10 * minuteMs;
/** Before the window there must be a sample, from which its first one is fresh. */
const spareSeconds = 4 * longestBeatSeconds;
/** Machines of one statement. */
const batch = 500;
/** Sorts before every id. */
const first = '00000000-0000-0000-0000-000000000000';

/** By turns of `limit` rows in the order of their ids, so that no statement takes long. */
const overAll = async (
  signal: AbortSignal,
  step: (after: string) => Promise<string | undefined>,
): Promise<void> => {
  for (let last: string | undefined = first; last !== undefined && !signal.aborted;) last = await step(last);
};

export interface SampleUpkeep extends AsyncDisposable {
  /** From now on, each minute. */
  start(): void;
  /** Does what is due at this moment. */
  run(): Promise<void>;
}

/**
 * Makes means of each minute out of samples and deletes what is old: samples after an hour, means after 30 days. On
 * several replicas it does no harm: what one has done, the others find done.
 */
export const createSampleUpkeep = (deps: {
  store: Pick<SampleStore, 'makeMinutes' | 'deleteOld'>;
  clock: Clock;
  log: Logger;
}): SampleUpkeep => {
  const { store, clock, log } = deps;
  const stop = new AbortController();
  let running = Promise.resolve();
  let deletedAtMs = -Infinity;

  const makeMinutes = async (): Promise<void> => {
    const nowMs = clock.now().getTime();
    const since = new Date(nowMs - minutesKeptMs);
    const until = new Date(Math.floor((nowMs - lateMs) / minuteMs) * minuteMs);
    await overAll(stop.signal, (after) => store.makeMinutes(after, batch, { since, until }));
  };

  const deleteOld = async (): Promise<void> => {
    if (clock.elapsedMs() - deletedAtMs < deleteEveryMs) return;
    const now = clock.now();
    const raw = new Date(now.getTime() - rawKeptMs);
    const minutes = new Date(now.getTime() - minutesKeptMs);
    await overAll(stop.signal, (after) => store.deleteOld(after, batch, { now, raw, minutes, spareSeconds }));
    deletedAtMs = clock.elapsedMs();
  };

  const run = async (): Promise<void> => {
    // In this order: what is deleted has become a mean.
    await makeMinutes();
    await deleteOld();
  };

  return {
    run,
    start: () => {
      running = (async () => {
        while (!stop.signal.aborted) {
          await run().catch((error: unknown) =>
            log.warn({ error }, 'the upkeep of figures of machines failed; trying again'),
          );
          await clock.sleep(minuteMs, stop.signal);
        }
      })();
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
    },
  };
};
