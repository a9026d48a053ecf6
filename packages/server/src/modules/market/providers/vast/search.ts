import { z } from 'zod';
import type { Offer, OfferQuery } from '../provider.ts';
import { diskPerHourMicroUsd, identifier, maybe, microUsd, numeric, toUsd } from './numbers.ts';
import { countriesOf, isInRegion } from './regions.ts';

type Filter = Readonly<Record<string, string | boolean | readonly string[]>>;

const atLeast = (value: number | undefined): Filter | undefined =>
  value === undefined ? undefined : { gte: String(value) };

/** The body of a search. Numbers travel as text, as the vendor's own client sends them. */
export const searchBody = (query: OfferQuery): Record<string, unknown> => {
  const filters: Readonly<Record<string, Filter | undefined>> = {
    rentable: { eq: true },
    external: { eq: false },
    verified: query.verifiedOnly ? { eq: true } : undefined,
    gpu_name: query.gpuName === undefined ? undefined : { eq: query.gpuName.replaceAll('_', ' ') },
    num_gpus: query.gpuCount === undefined ? undefined : { eq: String(query.gpuCount) },
    gpu_ram: atLeast(query.minGpuMemoryMb),
    cpu_cores_effective: atLeast(query.minCpuCores),
    cpu_ram: atLeast(query.minMemoryMb),
    disk_space: atLeast(query.diskGb),
    inet_down: atLeast(query.minDownloadMbps),
    inet_up: atLeast(query.minUploadMbps),
    reliability2: atLeast(query.minReliability),
    cuda_max_good: atLeast(query.minCudaVersion),
    dph_total:
      query.maxPricePerHourMicroUsd === undefined
        ? undefined
        : { lte: String(toUsd(query.maxPricePerHourMicroUsd)) },
    geolocation: query.region === undefined ? undefined : { in: countriesOf(query.region) },
    static_ip: query.staticIp === undefined ? undefined : { eq: query.staticIp },
  };
  return {
    ...Object.fromEntries(Object.entries(filters).filter(([, filter]) => filter !== undefined)),
    type: query.rental,
    // With the limit, the cheapest are kept.
    order: [['dph_total', 'asc']],
    limit: query.limit,
    allocated_storage: query.diskGb,
  };
};

const WireOffer = z.looseObject({
  id: identifier,
  machine_id: identifier,
  host_id: identifier,
  gpu_name: z.string(),
  num_gpus: numeric,
  gpu_ram: numeric,
  cpu_name: maybe(z.string()),
  cpu_cores_effective: maybe(numeric),
  cpu_cores: maybe(numeric),
  cpu_ram: numeric,
  disk_space: numeric,
  disk_bw: maybe(numeric),
  inet_down: maybe(numeric),
  inet_up: maybe(numeric),
  inet_down_cost: maybe(microUsd),
  inet_up_cost: maybe(microUsd),
  cuda_max_good: maybe(numeric),
  reliability2: maybe(numeric),
  reliability: maybe(numeric),
  verification: maybe(z.string()),
  static_ip: maybe(z.boolean()),
  direct_port_count: maybe(numeric),
  geolocation: maybe(z.string()),
  dph_base: microUsd,
  min_bid: maybe(microUsd),
  storage_cost: maybe(microUsd),
});
type WireOffer = z.output<typeof WireOffer>;

export const SearchAnswer = z.looseObject({ offers: z.array(WireOffer) });

const offerOf = (wire: WireOffer, query: OfferQuery): Offer => {
  const storage = wire.storage_cost ?? 0;
  const minBid = wire.min_bid ?? null;
  // What one pays who bids no more than must be.
  const base = query.rental === 'bid' && minBid !== null ? minBid : wire.dph_base;
  return {
    id: wire.id,
    hostMachineId: wire.machine_id,
    hostId: wire.host_id,
    gpuName: wire.gpu_name,
    gpuCount: wire.num_gpus,
    gpuMemoryMb: wire.gpu_ram,
    cpuName: wire.cpu_name ?? null,
    cpuCores: wire.cpu_cores_effective ?? wire.cpu_cores ?? 0,
    memoryMb: wire.cpu_ram,
    diskGb: wire.disk_space,
    diskMbps: wire.disk_bw ?? null,
    downloadMbps: wire.inet_down ?? 0,
    uploadMbps: wire.inet_up ?? 0,
    cudaVersion: wire.cuda_max_good ?? null,
    reliability: wire.reliability2 ?? wire.reliability ?? null,
    verified: wire.verification === 'verified',
    staticIp: wire.static_ip ?? false,
    directPorts: wire.direct_port_count ?? 0,
    geolocation: wire.geolocation ?? null,
    rental: query.rental,
    basePricePerHourMicroUsd: base,
    storagePricePerGbMonthMicroUsd: storage,
    downloadPricePerGbMicroUsd: wire.inet_down_cost ?? 0,
    uploadPricePerGbMicroUsd: wire.inet_up_cost ?? 0,
    pricePerHourMicroUsd: base + diskPerHourMicroUsd(query.diskGb, storage),
    minBidPerHourMicroUsd: query.rental === 'bid' ? minBid : null,
  };
};

/** The offers of a reply that really fit: the provider's filters differ from ours at the edges. */
export const readOffers = (answer: z.output<typeof SearchAnswer>, query: OfferQuery): readonly Offer[] =>
  answer.offers
    .map((wire) => offerOf(wire, query))
    .filter(
      (offer) =>
        offer.pricePerHourMicroUsd <= (query.maxPricePerHourMicroUsd ?? Infinity) &&
        (query.region === undefined || isInRegion(offer.geolocation, query.region)),
    );
