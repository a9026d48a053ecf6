import type { Clock } from './clock.ts';

/** Given as the reason, because an abort without one makes an error with its trace: some hundred in a busy second. */
const over = 'the sleep is over';

/** Sleeps `ms`, or until `early` resolves or `signal` aborts: whichever comes first. Nothing of it is left behind. */
export const sleepUnless = async (
  clock: Clock,
  ms: number,
  early: Promise<unknown>,
  signal: AbortSignal,
): Promise<void> => {
  const pause = new AbortController();
  await Promise.race([early, clock.sleep(ms, AbortSignal.any([signal, pause.signal]))]);
  pause.abort(over);
};
