import type { Offer, OfferQuery, Rental } from '../providers/provider.ts';

/** What one search found of one GPU type. Prices are of one GPU for an hour, without disk, in micro-dollars. */
export interface Sample {
  readonly gpuName: string;
  readonly rental: Rental;
  /** All verified offers of the type: nothing more was asked for, and nothing cut off. */
  readonly isWhole: boolean;
  readonly offers: number;
  readonly gpus: number;
  readonly gpuMemoryMb: number;
  readonly min: number;
  readonly p10: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  /** Offers by country code; `?` where none is told. */
  readonly regions: Readonly<Record<string, number>>;
}

/** Nearest rank: always a price that somebody asks. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;

/** Asks for a GPU type and nothing that would leave out some of its offers. */
export const isWholeQuery = (query: OfferQuery): boolean =>
  query.verifiedOnly &&
  query.diskGb <= smallestDiskGb &&
  [
    query.gpuCount,
    query.minGpuMemoryMb,
    query.minCpuCores,
    query.minMemoryMb,
    query.minDownloadMbps,
    query.minUploadMbps,
    query.minReliability,
    query.minCudaVersion,
    query.maxPricePerHourMicroUsd,
    query.region,
    query.staticIp,
  ].every((filter) => filter === undefined);

/** The least that a machine can be rented with. */
export const smallestDiskGb = 8;

const countryOf = (offer: Offer): string => /([A-Z]{2})\s*$/.exec(offer.geolocation ?? '')?.[1] ?? '?';

/** One sample for each GPU type that was found. */
export const sampleOffers = (query: OfferQuery, offers: readonly Offer[]): readonly Sample[] => {
  const isWhole = isWholeQuery(query) && offers.length < query.limit;
  return [...Map.groupBy(offers, ({ gpuName }) => gpuName)].map(([gpuName, all]) => {
    const prices = all
      .map((offer) => Math.round(offer.basePricePerHourMicroUsd / Math.max(1, offer.gpuCount)))
      .toSorted((a, b) => a - b);
    return {
      gpuName,
      rental: query.rental,
      isWhole,
      offers: all.length,
      gpus: all.reduce((sum, { gpuCount }) => sum + gpuCount, 0),
      gpuMemoryMb: Math.max(...all.map(({ gpuMemoryMb }) => gpuMemoryMb)),
      min: percentile(prices, 0),
      p10: percentile(prices, 0.1),
      p25: percentile(prices, 0.25),
      p50: percentile(prices, 0.5),
      p75: percentile(prices, 0.75),
      p90: percentile(prices, 0.9),
      regions: Object.fromEntries(
        [...Map.groupBy(all, countryOf)].map(([code, some]) => [code, some.length]),
      ),
    };
  });
};
