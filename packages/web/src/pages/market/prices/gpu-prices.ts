import type { PriceSummary } from '@dumont/contracts/market/prices';
import type { MarketWatch } from '@dumont/contracts/market/watches';

/** A GPU type that is watched, or whose price is known, or both. */
export interface GpuPrice {
  readonly gpuName: string;
  readonly watch: MarketWatch | undefined;
  /** Undefined before the first sample. */
  readonly price: PriceSummary | undefined;
}

/** Watched types first, each group by name. */
export const joinPrices = (
  watches: readonly MarketWatch[],
  prices: readonly PriceSummary[],
): readonly GpuPrice[] => {
  const rows = new Map<string, GpuPrice>();
  for (const price of prices) {
    rows.set(price.gpu_name, { gpuName: price.gpu_name, watch: undefined, price });
  }
  for (const watch of watches) {
    rows.set(watch.gpuName, { gpuName: watch.gpuName, watch, price: rows.get(watch.gpuName)?.price });
  }
  const rank = ({ watch }: GpuPrice) => (watch === undefined ? 1 : 0);
  return [...rows.values()].toSorted((a, b) => rank(a) - rank(b) || a.gpuName.localeCompare(b.gpuName));
};
