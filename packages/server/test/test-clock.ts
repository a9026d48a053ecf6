import type { Clock } from '../src/kernel/clock.ts';

export interface TestClock extends Clock {
  /** Moves time on and wakes who slept until then, in order. */
  advance(ms: number): void;
  /** How many sleep: a program of loops is at rest when all of them do. */
  readonly sleeping: number;
  /** Until the first of them wakes; undefined when nobody sleeps. */
  readonly untilNextMs: number | undefined;
}

/** Time that stands still until a test moves it. */
export const createTestClock = (start = new Date('2026-03-02T12:00:00.000Z')): TestClock => {
  let elapsedMs = 0;
  const sleepers = new Set<{ readonly untilMs: number; wake(): void }>();
  return {
    now: () => new Date(start.getTime() + elapsedMs),
    elapsedMs: () => elapsedMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const sleeper = {
          untilMs: elapsedMs + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', sleeper.wake);
      }),
    get sleeping() {
      return sleepers.size;
    },
    get untilNextMs() {
      if (sleepers.size === 0) return undefined;
      return Math.max(0, Math.min(...[...sleepers].map(({ untilMs }) => untilMs)) - elapsedMs);
    },
    advance: (ms) => {
      elapsedMs += ms;
      const due = [...sleepers].filter((sleeper) => sleeper.untilMs <= elapsedMs);
      for (const sleeper of due.toSorted((a, b) => a.untilMs - b.untilMs)) sleeper.wake();
    },
  };
};
