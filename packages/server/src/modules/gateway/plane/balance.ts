import type { Upstream } from './upstream.ts';

/** Chooses the upstream of each request of one route. */
export interface Balancer {
  /** The next by weight among those that may be asked and were not; undefined: none. */
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
      if (upstreams.length === 1 && only !== undefined)
        return tried?.has(only) === true || only.waitMs() !== 0 ? undefined : only;
      let best = -1;
      let total = 0;
      for (const [index, upstream] of upstreams.entries()) {
        if (tried?.has(upstream) === true || upstream.waitMs() !== 0) continue;
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
