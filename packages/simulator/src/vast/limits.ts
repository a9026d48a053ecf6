import { json, text, type VastResponse } from './reply.ts';

/** How often a caller may come. `penaltySeconds`: how long it waits after it came too early. */
export interface Limit {
  readonly intervalSeconds: number;
  readonly penaltySeconds?: number;
  /** So many in a minute instead of an interval. */
  readonly perMinute?: number;
  /** The form of the refusal: the provider has three. */
  readonly form?: 'text' | 'error';
}

interface Seen {
  readonly allowedAtMs: number;
  readonly recentMs: readonly number[];
}

export interface Limiter {
  /** The refusal, or undefined; counted. */
  check(endpoint: string, limit: Limit, identity: string, nowMs: number): VastResponse | undefined;
}

const minuteMs = 60_000;

const refuse = (limit: Limit): VastResponse => {
  const message = 'API requests too frequent';
  const threshold = `endpoint threshold=${limit.intervalSeconds.toFixed(1)}`;
  if (limit.form === 'text') return text(429, message);
  return limit.form === 'error'
    ? json(429, { success: false, error: 'rate_limit_exceeded', msg: `${message}: ${threshold}` })
    : json(429, { detail: `${message} ${threshold}` });
};

/** The provider's intervals, by endpoint and caller. It never says when to come again. */
export const createLimiter = (): Limiter => {
  const seen = new Map<string, Seen>();
  return {
    check: (endpoint, limit, identity, nowMs) => {
      const key = `${endpoint} ${identity}`;
      const last = seen.get(key) ?? { allowedAtMs: 0, recentMs: [] };
      const recentMs = last.recentMs.filter((atMs) => nowMs - atMs < minuteMs);
      const isTooMany = limit.perMinute !== undefined && recentMs.length >= limit.perMinute;
      if (nowMs < last.allowedAtMs || isTooMany) {
        const { penaltySeconds } = limit;
        if (penaltySeconds !== undefined)
          seen.set(key, { allowedAtMs: nowMs + penaltySeconds * 1000, recentMs });
        return refuse(limit);
      }
      seen.set(key, {
        allowedAtMs: limit.perMinute === undefined ? nowMs + limit.intervalSeconds * 1000 : 0,
        recentMs: limit.perMinute === undefined ? [] : [...recentMs, nowMs],
      });
      return undefined;
    },
  };
};
