import type { Finding } from '@dumont/contracts/finding';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../../kernel/clock.ts';
import type { Slots } from './slots.ts';

export type UpstreamState = 'healthy' | 'unhealthy' | 'open' | 'unknown';

export interface UpstreamHealth {
  readonly url: string;
  readonly state: UpstreamState;
  readonly reason: Finding | null;
  readonly changedAt: Date;
}

export interface Breaker {
  readonly failures: number;
  readonly openSeconds: number;
}

/**
 * One upstream of one route: whether it gets requests. Two judges: health checks (`healthy`, `unhealthy`), where the
 * route has them, and the circuit breaker, which opens after failures in a row and then lets one request try. Without
 * checks its last answer is what is known of it.
 */
export interface Upstream {
  readonly url: string;
  readonly host: string;
  readonly weight: number;
  readonly dispatcher: Dispatcher;
  /** Of all routes that lead to it together; a request takes one before it enters. */
  readonly slots: Slots;
  /** Milliseconds until it may be asked; 0: now. Undefined: not before a health check says so. */
  waitMs(): number | undefined;
  /** Before a request: an open breaker lets this one through to try, and nobody else meanwhile. */
  enter(): void;
  succeeded(): void;
  failed(reason: Finding): void;
  /** The request ended for a reason of the client's: it says nothing about the upstream. */
  left(): void;
  checked(result: { readonly ok: boolean; readonly reason: Finding | null }): void;
  health(): UpstreamHealth;
}

export const createUpstream = (options: {
  readonly url: string;
  readonly weight: number;
  readonly dispatcher: Dispatcher;
  readonly slots: Slots;
  readonly breaker: Breaker | null;
  readonly checks: { readonly healthyAfter: number; readonly unhealthyAfter: number } | null;
  readonly clock: Clock;
}): Upstream => {
  const { url, breaker, checks, clock } = options;
  let judged: 'healthy' | 'unhealthy' | 'unknown' = 'unknown';
  let reason: Finding | null = null;
  let changedAt = clock.now();
  let inARow = 0;
  let failures = 0;
  let openUntilMs: number | undefined;
  let isTried = false;

  const change = (why: Finding | null): void => {
    reason = why;
    changedAt = clock.now();
  };
  const note = (state: typeof judged, why: Finding | null): void => {
    if (judged === state) return;
    judged = state;
    change(why);
  };
  const close = (): void => {
    failures = 0;
    isTried = false;
    if (openUntilMs === undefined) return;
    openUntilMs = undefined;
    change(null);
  };

  return {
    url,
    host: new URL(url).host,
    weight: options.weight,
    dispatcher: options.dispatcher,
    slots: options.slots,
    waitMs: () => {
      if (judged === 'unhealthy') return undefined;
      if (openUntilMs === undefined) return 0;
      const leftMs = openUntilMs - clock.elapsedMs();
      return leftMs > 0 ? leftMs : isTried ? 1000 : 0;
    },
    enter: () => {
      if (openUntilMs !== undefined) isTried = true;
    },
    succeeded: () => {
      if (failures > 0) close();
      if (checks === null) note('healthy', null);
    },
    failed: (why) => {
      failures += 1;
      if (checks === null && breaker === null) note('unknown', why);
      if (breaker === null || (failures < breaker.failures && openUntilMs === undefined)) return;
      isTried = false;
      openUntilMs = clock.elapsedMs() + breaker.openSeconds * 1000;
      change(why);
    },
    left: () => {
      isTried = false;
    },
    checked: ({ ok, reason: why }) => {
      if (checks === null) return;
      const result = ok ? 'healthy' : 'unhealthy';
      if (judged === result) {
        inARow = 0;
        return;
      }
      inARow += 1;
      // The first check ever decides at once: there is nothing to hold on to.
      if (judged !== 'unknown' && inARow < (ok ? checks.healthyAfter : checks.unhealthyAfter)) return;
      inARow = 0;
      if (ok) close();
      note(result, why);
    },
    health: () => ({
      url,
      state: judged !== 'unhealthy' && openUntilMs !== undefined ? 'open' : judged,
      reason,
      changedAt,
    }),
  };
};
