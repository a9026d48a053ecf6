import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';

/** A bucket a key: `perSecond` flow in, up to `burst`; each request takes one. Bounded in memory. */
export interface RateLimit {
  /** Throws `request.rate_limited` when the bucket is empty. */
  take(key: string): void;
  /** Takes none. Throws as `take` would. */
  assertLeft(key: string): void;
}

const maxKeys = 50_000;

export const createRateLimit = (clock: Clock, perSecond: number, burst: number): RateLimit => {
  const buckets = new Map<string, { level: number; atMs: number }>();
  const fill = (key: string): { level: number; atMs: number } => {
    const nowMs = clock.elapsedMs();
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      if (buckets.size >= maxKeys) {
        // The oldest key is the least recently made one: forgetting it can only be lenient.
        const oldest = buckets.keys().next().value;
        if (oldest !== undefined) buckets.delete(oldest);
      }
      buckets.set(key, (bucket = { level: burst, atMs: nowMs }));
    }
    bucket.level = Math.min(burst, bucket.level + ((nowMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = nowMs;
    return bucket;
  };
  const left = (key: string): { level: number } => {
    const bucket = fill(key);
    if (bucket.level < 1) {
      throw new AppError('request.rate_limited', {
        retryAfterSeconds: Math.ceil((1 - bucket.level) / perSecond),
      });
    }
    return bucket;
  };
  return {
    take: (key) => {
      left(key).level -= 1;
    },
    assertLeft: (key) => void left(key),
  };
};
