import { setTimeout as delay } from 'node:timers/promises';

/** Time as everything outside the kernel sees it, so that tests and simulations move it by hand. */
export interface Clock {
  now(): Date;
  /** Monotonic milliseconds, for durations. */
  elapsedMs(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
};
