import { demand } from '../../../kernel/access/caller.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Handlers } from '../../../kernel/http/handlers.ts';
import { predict, snapshotOf, summaryOf, usd } from './reports.ts';
import type { SampleStore } from './sample-store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const seenMs = 30 * dayMs;
const predictedFromMs = 28 * dayMs;

export type PriceOperation =
  | 'listPrices'
  | 'summarisePrices'
  | 'comparePrices'
  | 'listMarketHosts'
  | 'rankEfficiency'
  | 'predictPrices'
  | 'listMarketGpus'
  | 'listMarketTypes';

/** As the provider writes it: names come with underscores too. */
export const gpuNameOf = (name: string): string => name.trim().replaceAll('_', ' ');

/** Prices are the market's, not a project's: who may read a market anywhere reads them all. */
export const createPriceHandlers = (deps: {
  samples: SampleStore;
  clock: Clock;
}): Handlers<PriceOperation> => {
  const { samples, clock } = deps;
  const ago = (ms: number): Date => new Date(clock.now().getTime() - ms);
  return {
    listPrices: async ({ caller, query }) => {
      demand(caller, 'market:read');
      const rows = await samples.list({
        gpuName: query.gpu_name === undefined ? undefined : gpuNameOf(query.gpu_name),
        rental: query.machine_type,
        since: ago(query.hours * hourMs),
        limit: query.limit,
      });
      return { snapshots: rows.map(snapshotOf), count: rows.length };
    },
    summarisePrices: async ({ caller, query }) => {
      demand(caller, 'market:read');
      const rows = await samples.listLatest(ago(query.hours * hourMs));
      const wanted = rows.filter(({ rental }) => (query.machine_type ?? rental) === rental);
      return { items: wanted.map(summaryOf), generated_at: clock.now().toISOString() };
    },
    comparePrices: async ({ caller, query }) => {
      demand(caller, 'market:read');
      const names = new Set(query.gpus.split(',').map(gpuNameOf).filter(Boolean));
      const rows = (await samples.listLatest(ago(query.hours * hourMs))).filter(
        ({ gpuName, rental }) => names.has(gpuName) && (query.machine_type ?? rental) === rental,
      );
      const items = rows.map(summaryOf).toSorted((a, b) => a.current_price - b.current_price);
      const seen = new Set(rows.map(({ gpuName }) => gpuName));
      return {
        items,
        generated_at: clock.now().toISOString(),
        cheapest: items[0]?.gpu_name ?? null,
        missing: [...names].filter((name) => !seen.has(name)),
      };
    },
    listMarketHosts: async ({ caller, query }) => {
      demand(caller, 'market:read');
      const rows = await samples.listHosts({
        gpuName: query.gpu_name === undefined ? undefined : gpuNameOf(query.gpu_name),
        geolocation: query.geolocation,
        limit: query.limit,
      });
      const items = rows.map((row) => ({
        machine_id: row.hostMachineId,
        host_id: row.hostId,
        gpu_name: row.gpuName,
        num_gpus: row.gpuCount,
        geolocation: row.geolocation,
        verified: row.verified,
        reliability: row.reliability,
        price: usd(row.priceMicroUsd),
        inet_down: row.downloadMbps,
        first_seen: row.firstOfferedAt.toISOString(),
        last_seen: row.lastOfferedAt.toISOString(),
        times_seen: row.timesOffered,
        total_attempts: row.attempts,
        success_rate: row.attempts === 0 ? null : row.usable / row.attempts,
      }));
      return { items, count: items.length };
    },
    rankEfficiency: async ({ caller, query }) => {
      demand(caller, 'market:read');
      const rows = await samples.listLatest(ago(query.hours * hourMs));
      return {
        items: rows
          .filter(({ rental, gpuMemoryMb }) => rental === query.machine_type && gpuMemoryMb > 0)
          .map((row) => ({
            gpu_name: row.gpuName,
            machine_type: row.rental,
            gpu_memory_mb: row.gpuMemoryMb,
            price: usd(row.p50),
            price_per_gb_hour: usd(row.p50 / (row.gpuMemoryMb / 1000)),
            total_offers: row.offers,
            last_update: row.at.toISOString(),
          }))
          .toSorted((a, b) => a.price_per_gb_hour - b.price_per_gb_hour),
      };
    },
    predictPrices: async ({ caller, params, query }) => {
      demand(caller, 'market:read');
      const asked = { gpuName: gpuNameOf(params.gpu), rental: query.machine_type, now: clock.now() };
      const byHour = await samples.listByHour(asked.gpuName, asked.rental, ago(predictedFromMs));
      const [latest] = await samples.list({
        gpuName: asked.gpuName,
        rental: asked.rental,
        since: ago(dayMs),
        limit: 1,
      });
      return predict(asked, byHour, latest?.p50 ?? null);
    },
    listMarketGpus: async ({ caller }) => {
      demand(caller, 'market:read');
      const rows = await samples.listLatest(ago(seenMs));
      const gpus = [...Map.groupBy(rows, ({ gpuName }) => gpuName)].map(([name, some]) => ({
        name,
        last_update: new Date(Math.max(...some.map(({ at }) => at.getTime()))).toISOString(),
        total_offers: Math.max(...some.map(({ offers }) => offers)),
      }));
      return { gpus };
    },
    listMarketTypes: async ({ caller }) => {
      demand(caller, 'market:read');
      const rows = await samples.listLatest(ago(seenMs));
      return {
        types: (['on-demand', 'bid'] as const).map((name) => ({
          name,
          gpus: rows.filter(({ rental }) => rental === name).length,
        })),
      };
    },
  };
};
