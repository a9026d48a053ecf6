import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { Pool } from 'undici';
import type { Clock } from '../../../kernel/clock.ts';
import type { Outbound } from '../../../kernel/outbound/outbound.ts';
import { createSlots, type Slots } from './slots.ts';
import { createUpstream, type Upstream } from './upstream.ts';

/** Of each replica to each upstream, and as many requests may wait for one. */
export const mostConnections = 512;
/** A request that has just chosen a pool may not have asked it yet. */
const closeAfterMs = 30_000;

interface Held {
  readonly pool: Pool;
  readonly slots: Slots;
  readonly upstreams: Map<string, Upstream>;
}

/**
 * Connections to upstreams, kept while a route leads there: a change of routes breaks none, and what is known of an
 * upstream's health stays where the rules that it was found by are the same.
 */
export interface UpstreamPools extends AsyncDisposable {
  /** The upstreams of these routes, by route id; pools that no route needs any more are closed when they are idle. */
  arrange(routes: readonly GatewayRoute[]): ReadonlyMap<string, readonly Upstream[]>;
}

export const createUpstreamPools = (deps: {
  clock: Clock;
  /** For addresses that users gave; those of the operator and of the server itself are taken as they are. */
  outbound: Pick<Outbound, 'connector'>;
  upstreamConnections?: number | undefined;
}): UpstreamPools => {
  const { clock, upstreamConnections: connections = mostConnections } = deps;
  const stop = new AbortController();
  let held = new Map<string, Held>();
  const closing = new Set<Promise<void>>();

  const closeLater = (pool: Pool): void => {
    const closed = clock
      .sleep(closeAfterMs, stop.signal)
      .then(() => (stop.signal.aborted ? pool.destroy() : pool.close()))
      .finally(() => closing.delete(closed));
    closing.add(closed);
  };

  const open = (origin: string, connectMs: number, isTrusted: boolean): Held => ({
    pool: new Pool(origin, {
      connections,
      pipelining: 1,
      keepAliveTimeout: 30_000,
      allowH2: false,
      connect: isTrusted ? { timeout: connectMs } : deps.outbound.connector({ timeoutMs: connectMs }),
    }),
    slots: createSlots({ slots: connections, mostWaiting: connections, clock }),
    upstreams: new Map(),
  });

  return {
    arrange: (routes) => {
      const next = new Map<string, Held>();
      const arranged = new Map<string, readonly Upstream[]>();
      for (const route of routes) {
        const { connectMs } = route.timeouts;
        const checks = route.healthCheck;
        arranged.set(
          route.id,
          route.upstreams.map(({ url, weight }) => {
            const origin = new URL(url).origin;
            const poolKey = `${origin} ${connectMs} ${route.managedBy === null}`;
            const pool =
              next.get(poolKey) ?? held.get(poolKey) ?? open(origin, connectMs, route.managedBy !== null);
            next.set(poolKey, pool);
            const key = JSON.stringify([route.id, weight, route.circuitBreaker, checks]);
            const upstream =
              pool.upstreams.get(key) ??
              createUpstream({
                url: origin,
                weight,
                dispatcher: pool.pool,
                slots: pool.slots,
                breaker: route.circuitBreaker,
                checks,
                clock,
              });
            pool.upstreams.set(key, upstream);
            return upstream;
          }),
        );
      }
      for (const [key, { pool }] of held) if (!next.has(key)) closeLater(pool);
      held = next;
      return arranged;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.all([...closing, ...[...held.values()].map(({ pool }) => pool.destroy())]);
    },
  };
};
