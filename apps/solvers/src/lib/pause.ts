import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so many seconds, or until the signal aborts. */
export const pause = async (seconds: number, signal: AbortSignal): Promise<void> => {
  await sleep(seconds * 1000, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
};
