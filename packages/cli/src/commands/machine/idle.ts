import { durationSeconds } from '../arguments.ts';

/** Seconds, or never. */
export type IdleAfter = number | 'never';

export const idleAfter = (text: string): IdleAfter => (text === 'never' ? text : durationSeconds(text));

/** What it says of the idle policy, to be spread into a body. */
export const idlePolicyOf = (after: IdleAfter | undefined) => {
  if (after === undefined) return {};
  return { idle_policy: after === 'never' ? { enabled: false } : { enabled: true, window_seconds: after } };
};
