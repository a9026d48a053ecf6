import type { Clock } from '../../../kernel/clock.ts';
import { createLimitWindows, word, type LimitMemory, type Place } from './limit-windows.ts';

/**
 * Requests counted in windows of fixed length; what the window before had counts by the share of it that a sliding
 * window would still see, so that nobody gets twice the limit around a boundary.
 */
export interface RateLimits {
  take(limit: Limit, subject: string): Verdict;
  /** What was counted since the last call of any thread, perhaps nothing, to be added to what all replicas count. */
  drain(): readonly Count[];
  /** What all replicas together, this one with them, counted in windows that were drained. */
  learn(all: readonly Pick<Count, 'key' | 'windowNumber' | 'requests'>[]): void;
}

export interface Limit {
  /** Of the route: counts of several routes are apart. */
  readonly key: string;
  readonly requests: number;
  readonly perSeconds: number;
}

export interface Count {
  readonly key: string;
  readonly windowNumber: number;
  readonly requests: number;
  readonly expiresAt: Date;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until more are allowed. */
  readonly resetSeconds: number;
}

/** What others count becomes known by sharing too: so often after the last request that was let through. */
const sharedAgain = 5;

/** What threads that have `memory` in common let through counts for all of them. */
export const createRateLimits = (clock: Clock, memory: LimitMemory): RateLimits => {
  const windows = createLimitWindows(memory);
  const { cells } = windows;
  const read = (index: number): number => cells[index] ?? 0;
  /** Windows that are shared, with the length that they had, and how many times more unless requests come. */
  const shared = new Map<Place, { readonly perSeconds: number; again: number }>();

  const share = (place: Place, perSeconds: number): void => {
    const sharing = shared.get(place);
    if (sharing?.perSeconds === perSeconds) sharing.again = sharedAgain;
    else shared.set(place, { perSeconds, again: sharedAgain });
  };
  const turnTo = (at: number, number: number): void => {
    const last = read(at + word.number);
    if (last === number) return;
    cells[at + word.before] = last === number - 1 ? read(at + word.mine) + read(at + word.others) : 0;
    cells[at + word.number] = number;
    cells[at + word.mine] = 0;
    cells[at + word.told] = 0;
    cells[at + word.others] = 0;
  };

  return {
    take: (limit, subject) => {
      const nowSeconds = clock.now().getTime() / 1000;
      const number = Math.floor(nowSeconds / limit.perSeconds);
      const elapsed = nowSeconds / limit.perSeconds - number;
      const resetSeconds = Math.max(1, Math.ceil((1 - elapsed) * limit.perSeconds));
      const place = windows.placeOf(`${limit.key} ${subject}`);
      windows.enter(place);
      try {
        const at = windows.take(place, nowSeconds);
        turnTo(at, number);
        const used = read(at + word.before) * (1 - elapsed) + read(at + word.mine) + read(at + word.others);
        const left = limit.requests - used;
        if (left < 1) return { allowed: false, remaining: 0, resetSeconds };
        cells[at + word.mine] = read(at + word.mine) + 1;
        share(place, limit.perSeconds);
        return { allowed: true, remaining: Math.floor(left - 1), resetSeconds };
      } finally {
        windows.leave(place);
      }
    },
    drain: () => {
      const counts: Count[] = [];
      for (const [place, sharing] of shared) {
        sharing.again -= 1;
        if (sharing.again < 0) shared.delete(place);
        windows.enter(place);
        const at = windows.find(place);
        if (at !== undefined) {
          const windowNumber = read(at + word.number);
          const requests = read(at + word.mine) - read(at + word.told);
          cells[at + word.told] = read(at + word.mine);
          const expiresAt = new Date((windowNumber + 3) * sharing.perSeconds * 1000);
          counts.push({ key: place.key, windowNumber, requests, expiresAt });
        }
        windows.leave(place);
      }
      return counts;
    },
    learn: (all) => {
      for (const { key, windowNumber, requests } of all) {
        const place = windows.placeOf(key);
        windows.enter(place);
        const at = windows.find(place);
        if (at !== undefined && read(at + word.number) === windowNumber)
          cells[at + word.others] = Math.max(0, requests - read(at + word.told));
        windows.leave(place);
      }
    },
  };
};
