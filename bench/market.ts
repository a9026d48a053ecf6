import type { HostRecord, Offer } from '../packages/server/src/modules/market/index.ts';
import { pickDistinctHosts, rank, unknownHost } from '../packages/server/src/modules/market/offers/rank.ts';
import { sampleOffers } from '../packages/server/src/modules/market/prices/sample.ts';
import { atMostMs, ms, percentile, report } from './lib/figures.ts';

/** Ranking of 10,000 offers, half of them of hosts that were tried before, and what is done with the outcome. */
const count = 10_000;
const rounds = 200;
const warmUps = 20;

const offers = Array.from({ length: count }, (_, index): Offer & { readonly accountId: string } => ({
  accountId: 'account',
  id: String(1_000_000 + ((index * 7919) % count)),
  hostMachineId: String(index % (count / 2)),
  hostId: String(index % 900),
  gpuName: `GPU ${index % 40}`,
  gpuCount: 1 + (index % 8),
  gpuMemoryMb: 24_564,
  cpuName: 'a processor',
  cpuCores: 16,
  memoryMb: 64_000,
  diskGb: 500,
  diskMbps: 3000,
  downloadMbps: 50 + ((index * 31) % 5000),
  uploadMbps: 500,
  cudaVersion: 12.4,
  reliability: 0.8 + (index % 200) / 1000,
  verified: index % 3 === 0,
  staticIp: false,
  directPorts: 10,
  geolocation: 'Sweden, SE',
  rental: 'on-demand',
  basePricePerHourMicroUsd: 100_000 + ((index * 104_729) % 900_000),
  storagePricePerGbMonthMicroUsd: 150_000,
  downloadPricePerGbMicroUsd: 0,
  uploadPricePerGbMicroUsd: 0,
  pricePerHourMicroUsd: 110_000 + ((index * 104_729) % 900_000),
  minBidPerHourMicroUsd: null,
}));
const records = new Map(
  Array.from({ length: count / 4 }, (_, index): [string, HostRecord] => [
    String(index * 2),
    {
      ...unknownHost,
      attempts: 5,
      usable: index % 6,
      usableWeight: (index % 6) / 2,
      failedWeight: (5 - (index % 6)) / 2,
      readySeconds: 20 + (index % 100),
      blacklisted: index % 50 === 0,
    },
  ]),
);

const measure = (work: () => unknown): readonly number[] => {
  const samples: number[] = [];
  for (let round = -warmUps; round < rounds; round += 1) {
    const startedMs = performance.now();
    work();
    if (round >= 0) samples.push(performance.now() - startedMs);
  }
  return samples;
};

const hostOf = ({ hostMachineId }: Offer): HostRecord => records.get(hostMachineId) ?? unknownHost;
const ranked = rank(offers, hostOf);
const ranking = measure(() => rank(offers, hostOf));
const picking = measure(() => pickDistinctHosts(ranked, 15));
const sorting = measure(() => offers.toSorted((a, b) => a.pricePerHourMicroUsd - b.pricePerHourMicroUsd));
const sampling = measure(() =>
  sampleOffers({ diskGb: 8, verifiedOnly: true, rental: 'on-demand', limit: 20_000 }, offers),
);
report('Market', [
  atMostMs(
    `${count} offers ranked, p95`,
    percentile(ranking, 0.95),
    50,
    `median ${ms(percentile(ranking, 0.5))}; sorting them by price alone: ${ms(percentile(sorting, 0.5))}`,
  ),
  atMostMs('15 distinct hosts picked from them, p95', percentile(picking, 0.95), 5),
  atMostMs('their prices made samples of 40 GPU types, p95', percentile(sampling, 0.95), 50),
]);
