import { systemClock, type Clock } from '../src/kernel/clock.ts';

export interface MovedClock extends Clock {
  /** So much later from now on; whoever sleeps until then wakes at once. */
  move(ms: number): void;
}

/** Real time, which a test may move forward: for what a real machine takes part in, and nobody wants to wait for. */
export const createMovedClock = (): MovedClock => {
  let aheadMs = 0;
  let moved = Promise.withResolvers<void>();
  const elapsedMs = (): number => systemClock.elapsedMs() + aheadMs;
  return {
    now: () => new Date(systemClock.now().getTime() + aheadMs),
    elapsedMs,
    sleep: async (ms, signal) => {
      const untilMs = elapsedMs() + ms;
      do {
        const over = new AbortController();
        const ends = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
        await Promise.race([systemClock.sleep(untilMs - elapsedMs(), ends), moved.promise]);
        over.abort();
      } while (signal?.aborted !== true && elapsedMs() < untilMs);
    },
    move: (ms) => {
      aheadMs += ms;
      moved.resolve();
      moved = Promise.withResolvers();
    },
  };
};
