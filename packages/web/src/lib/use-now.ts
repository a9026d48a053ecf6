import { useSyncExternalStore } from 'react';
import { browserClock } from './clock.ts';

const periodMs = 1000;
const listeners = new Set<() => void>();
let current = browserClock.now();
let cancel: (() => void) | undefined;

const tick = (): void => {
  current = browserClock.now();
  for (const listener of listeners) listener();
  cancel = browserClock.after(periodMs, tick);
};

const subscribe = (listener: () => void) => {
  if (listeners.size === 0) {
    current = browserClock.now();
    cancel = browserClock.after(periodMs, tick);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) cancel?.();
  };
};

const keepStill = () => () => undefined;

/** Now in milliseconds, once a second from one timer for the whole page; stands still where not `live`. */
export const useNow = (live = true): number =>
  useSyncExternalStore(live ? subscribe : keepStill, () => current);
