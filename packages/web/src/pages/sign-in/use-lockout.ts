import { ApiError } from '@dumont/contracts/client';
import { useState } from 'react';
import { useNow } from '../../lib/use-now.ts';

/** Seconds that a refusal asks to wait, or undefined where it is another error. */
export const lockoutSeconds = (error: unknown): number | undefined => {
  if (!(error instanceof ApiError) || error.status !== 429) return undefined;
  const told = error.problem.params?.['retryAfterSeconds'] ?? /(\d+) s\b/.exec(error.problem.detail)?.[1];
  const seconds = Number(told);
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : undefined;
};

/** Counts a lockout down. `secondsLeft` is 0 while there is none. */
export const useLockout = () => {
  const [endsAt, setEndsAt] = useState(0);
  const now = useNow(endsAt > 0);
  const secondsLeft = Math.max(0, Math.ceil((endsAt - now) / 1000));
  return {
    secondsLeft,
    /** Starts the count when `error` is a lockout; says whether it was one. */
    startFrom: (error: unknown): boolean => {
      const seconds = lockoutSeconds(error);
      if (seconds !== undefined) setEndsAt(now + seconds * 1000);
      return seconds !== undefined;
    },
  };
};
