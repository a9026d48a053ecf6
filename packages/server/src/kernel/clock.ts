import { setTimeout as delay } from 'node:timers/promises';

/** Time as everything outside the kernel sees it, so that tests and simulations move it by hand. */
export interface Clock {
  now(): Date;
  /** Monotonic milliseconds, for durations. */
  elapsedMs(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A timer of Node beyond this (24.8 days) fires at once. */
const maxTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  sleep: async (ms, signal) => {
    const options = signal === undefined ? {} : { signal };
    try {
      for (let leftMs = Math.max(0, ms); leftMs >= 0; leftMs -= maxTimerMs) {
        await delay(Math.min(leftMs, maxTimerMs), undefined, options);
      }
    } catch {
      // Aborted.
    }
  },
};
