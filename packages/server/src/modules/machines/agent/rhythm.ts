import type { Random } from '../../../kernel/random.ts';

/** Between these two a machine is asked to beat. */
const shortestBeatSeconds = 10;
export const longestBeatSeconds = 30;

/** Machines that were started together drift apart by this share of an interval. */
const jitter = 1 / 3;

/**
 * When the next beat is due: seldom as a rule, sooner where something is about to happen, so that the beat which
 * brings the warning comes within its time.
 */
export const nextBeatSeconds = (random: Random, nextEventSeconds: number | null): number => {
  const wanted = Math.min(longestBeatSeconds, Math.max(nextEventSeconds ?? longestBeatSeconds, 1));
  const seconds = wanted * (1 - jitter * random.float());
  return Math.round(Math.max(shortestBeatSeconds, seconds) * 10) / 10;
};
