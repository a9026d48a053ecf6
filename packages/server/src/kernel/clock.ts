/** Time as everything outside the kernel sees it, so that tests and simulations move it by hand. */
export interface Clock {
  now(): Date;
  /** Monotonic milliseconds, for durations. */
  elapsedMs(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Clocks of replicas differ by less; what is dated farther ahead was written before the clock was set back. */
const differMs = 120_000;

/** By how much a moment is over. What is dated so far ahead that the clock must have been set back is long over. */
export const msSince = (at: Date, now: Date): number => {
  const ms = now.getTime() - at.getTime();
  return ms < -differMs ? Number.POSITIVE_INFINITY : ms;
};

/** A timer of Node beyond this (24.8 days) fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/** Resolves either way: the error that a timer of Node's own promises ends with costs more than the run it is for. */
const wait = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });

export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  sleep: async (ms, signal) => {
    for (let leftMs = Math.max(0, ms); leftMs >= 0; leftMs -= maxTimerMs) {
      if (signal?.aborted === true) return;
      await wait(Math.min(leftMs, maxTimerMs), signal);
    }
  },
};
