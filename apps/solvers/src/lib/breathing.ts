import { setImmediate as nextTurn } from 'node:timers/promises';

const everyMilliseconds = 20;

/**
 * For loops that compute for long: `if (isDue()) await breathe()` gives the event loop its turn some 50 times a second.
 * Without it neither TERM nor the time limit reaches the signal of the work.
 */
export const createBreathing = (): { isDue(): boolean; breathe(): Promise<void> } => {
  let next = performance.now() + everyMilliseconds;
  return {
    isDue: () => performance.now() >= next,
    breathe: async () => {
      await nextTurn();
      next = performance.now() + everyMilliseconds;
    },
  };
};
