import { useEffect, useState } from 'react';
import { browserClock } from './clock.ts';

/** The last value that stood still for a moment: each letter that is typed is not a question to the server. */
export const useSettled = <T extends string | number | undefined>(value: T, delayMs = 300): T => {
  const [settled, setSettled] = useState(value);
  useEffect(() => browserClock.after(delayMs, () => setSettled(value)), [value, delayMs]);
  return settled;
};
