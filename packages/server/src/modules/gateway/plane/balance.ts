import type { Upstream } from './upstream.ts';

/** Chooses the upstream of each request of one route. */
export interface Balancer {
  /**
   * The next by weight among those that may be asked and were not, of these one that is not busy where there is one;
   * undefined: none.
   */
  pick(tried: ReadonlySet<Upstream> | undefined): Upstream | undefined;
  /** Milliseconds until one may be asked again, as far as that is known. */
  waitMs(): number | undefined;
}

/** Smooth weighted round robin: with weights 5 and 1, the sixth request goes elsewhere, not a sixth of them in a row. */
export const createBalancer = (upstreams: readonly Upstream[]): Balancer => {
  const current = upstreams.map(() => 0);
  const [only] = upstreams;
  return {
    pick: (tried) => {
      const isOpen = (upstream: Upstream): boolean =>
        tried?.has(upstream) !== true && upstream.waitMs() === 0;
      if (upstreams.length === 1 && only !== undefined) return isOpen(only) ? only : undefined;
      const isBusyEverywhere = !upstreams.some((upstream) => isOpen(upstream) && upstream.slots.hasFree);
      let best = -1;
      let total = 0;
      for (const [index, upstream] of upstreams.entries()) {
        if (!isOpen(upstream) || !(upstream.slots.hasFree || isBusyEverywhere)) continue;
        total += upstream.weight;
        const score = (current[index] = (current[index] ?? 0) + upstream.weight);
        if (best === -1 || score > (current[best] ?? 0)) best = index;
      }
      if (best === -1) return undefined;
      current[best] = (current[best] ?? 0) - total;
      return upstreams[best];
    },
    waitMs: () => {
      const waits = upstreams.map((upstream) => upstream.waitMs()).filter((wait) => wait !== undefined);
      return waits.length === 0 ? undefined : Math.min(...waits);
    },
  };
};
