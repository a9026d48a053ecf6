/** Until the server says otherwise. */
const usualSeconds = 20;
const firstRetrySeconds = 2;
const longestRetrySeconds = 120;

/** Seconds until the next beat, as the server asks for it: never so often that it is a burden. */
export const nextBeatSeconds = (asked: number | undefined): number =>
  asked !== undefined && Number.isFinite(asked) ? Math.min(300, Math.max(1, asked)) : usualSeconds;

/**
 * Seconds until it is tried again after so many failures in a row: doubled each time, and no two machines at the same
 * moment, or all of them would come together when the server is back.
 */
export const retrySeconds = (failures: number, random: number): number =>
  Math.min(longestRetrySeconds, firstRetrySeconds * 2 ** Math.min(10, failures - 1)) * (0.5 + random / 2);
