import type { Clock } from '../lib/clock.ts';

export interface TestClock extends Clock {
  /** Moves time on and calls back what falls due, in order; what that awaits is let through in between. */
  readonly advance: (milliseconds: number) => Promise<void>;
}

/** Lets everything that is ready go on. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

export const createTestClock = (startMs = Date.parse('2025-11-21T12:00:00Z')): TestClock => {
  let now = startMs;
  let timers: { readonly at: number; readonly callback: () => void }[] = [];
  return {
    now: () => now,
    after: (delayMs, callback) => {
      const timer = { at: now + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: async (milliseconds) => {
      const until = now + milliseconds;
      for (;;) {
        await settle();
        const next = timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((other) => other !== next);
        now = next.at;
        next.callback();
      }
      now = until;
      await settle();
    },
  };
};
