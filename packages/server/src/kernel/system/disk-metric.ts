import { statfsSync } from 'node:fs';
import type { Metrics } from '../metrics.ts';

/** How much of the disk under a folder is free, from 0 to 1; NaN where that cannot be told. */
export const registerDiskMetric = (metrics: Metrics, folder: string): void => {
  metrics.gauge('dumont_disk_free_ratio', 'Free share of the disk that holds the data folder', [], () => {
    try {
      const { bavail, blocks } = statfsSync(folder);
      return bavail / blocks;
    } catch {
      // A metric that throws would take all others of the page with it.
      return Number.NaN;
    }
  });
};
