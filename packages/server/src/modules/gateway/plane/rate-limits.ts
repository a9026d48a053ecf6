import type { Clock } from '../../../kernel/clock.ts';

/**
 * Requests counted in windows of fixed length; what the window before had counts by the share of it that a sliding
 * window would still see, so that nobody gets twice the limit around a boundary.
 */
export interface RateLimits {
  take(limit: Limit, subject: string): Verdict;
  /** What was counted here since the last call, perhaps nothing, to be added to what all replicas count. */
  drain(): readonly Count[];
  /** What all replicas together, this one with them, counted in windows that were drained. */
  learn(all: readonly Pick<Count, 'key' | 'windowNumber' | 'requests'>[]): void;
  readonly size: number;
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

interface Window {
  readonly key: string;
  readonly perSeconds: number;
  number: number;
  /** Counted here, and of that what `drain` has told. */
  mine: number;
  told: number;
  others: number;
  before: number;
}

/** What others count becomes known by sharing too: so often after the last request that was let through. */
const sharedAgain = 5;

/** Of so many subjects counts are kept; beyond, the one that came first is forgotten, which can only be lenient. */
const maxSubjects = 200_000;

export const createRateLimits = (clock: Clock): RateLimits => {
  const windows = new Map<string, Window>();
  /** Windows that are shared, and how many times more unless requests come. */
  const shared = new Map<Window, number>();

  const windowOf = (limit: Limit, subject: string, number: number): Window => {
    const key = `${limit.key} ${subject}`;
    let window = windows.get(key);
    if (window === undefined) {
      if (windows.size >= maxSubjects) {
        const oldest = windows.keys().next().value;
        if (oldest !== undefined) windows.delete(oldest);
      }
      window = { key, perSeconds: limit.perSeconds, number, mine: 0, told: 0, others: 0, before: 0 };
      windows.set(key, window);
    }
    if (window.number !== number) {
      window.before = window.number === number - 1 ? window.mine + window.others : 0;
      window.number = number;
      window.mine = 0;
      window.told = 0;
      window.others = 0;
    }
    return window;
  };

  return {
    take: (limit, subject) => {
      const nowSeconds = clock.now().getTime() / 1000;
      const number = Math.floor(nowSeconds / limit.perSeconds);
      const window = windowOf(limit, subject, number);
      const elapsed = nowSeconds / limit.perSeconds - number;
      const used = window.before * (1 - elapsed) + window.mine + window.others;
      const left = limit.requests - used;
      const resetSeconds = Math.max(1, Math.ceil((1 - elapsed) * limit.perSeconds));
      if (left < 1) return { allowed: false, remaining: 0, resetSeconds };
      window.mine += 1;
      shared.set(window, sharedAgain);
      return { allowed: true, remaining: Math.floor(left - 1), resetSeconds };
    },
    drain: () => {
      const counts = [...shared].map(([window, again]) => {
        if (again > 0) shared.set(window, again - 1);
        else shared.delete(window);
        const requests = window.mine - window.told;
        window.told = window.mine;
        const expiresAt = new Date((window.number + 3) * window.perSeconds * 1000);
        return { key: window.key, windowNumber: window.number, requests, expiresAt };
      });
      return counts;
    },
    learn: (all) => {
      for (const { key, windowNumber, requests } of all) {
        const window = windows.get(key);
        if (window?.number === windowNumber) window.others = Math.max(0, requests - window.told);
      }
    },
    get size() {
      return windows.size;
    },
  };
};
