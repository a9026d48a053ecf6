import type { Offer as ShownOffer } from '@dumont/contracts/market/offers';
import { projectFor } from '../../../kernel/access/caller.ts';
import type { Handlers } from '../../../kernel/http/handlers.ts';
import type { HostRecord, RankedOffer } from '../market-api.ts';
import { asAppError } from '../provider-failure.ts';
import type { OfferQuery } from '../providers/provider.ts';
import type { Offers } from './offers.ts';

/** Enough to rank from: the provider gives the cheapest of what fits. */
const searched = 1000;
/** What fewer attempts say of a host is chance. */
const tellingAttempts = 3;

const usd = (micro: number): number => micro / 1_000_000;

const reliabilityOf = (host: HostRecord): ShownOffer['reliability_status'] => {
  if (host.attempts < tellingAttempts) return 'unknown';
  const rate = host.usable / host.attempts;
  return rate >= 0.9 ? 'excellent' : rate >= 0.7 ? 'good' : rate >= 0.5 ? 'fair' : 'poor';
};

const show = (offer: RankedOffer): ShownOffer => ({
  id: offer.id,
  account_id: offer.accountId,
  machine_type: offer.rental,
  gpu_name: offer.gpuName,
  num_gpus: offer.gpuCount,
  gpu_ram: offer.gpuMemoryMb,
  cpu_name: offer.cpuName,
  cpu_cores: offer.cpuCores,
  cpu_ram: offer.memoryMb,
  disk_space: offer.diskGb,
  inet_down: offer.downloadMbps,
  inet_up: offer.uploadMbps,
  dph_total: usd(offer.pricePerHourMicroUsd),
  dph_base: usd(offer.basePricePerHourMicroUsd),
  storage_cost: usd(offer.storagePricePerGbMonthMicroUsd),
  min_bid: offer.minBidPerHourMicroUsd === null ? null : usd(offer.minBidPerHourMicroUsd),
  geolocation: offer.geolocation,
  reliability: offer.reliability,
  cuda_version: offer.cudaVersion,
  verified: offer.verified,
  static_ip: offer.staticIp,
  machine_id: offer.hostMachineId,
  host_id: offer.hostId,
  is_blacklisted: offer.host.blacklisted,
  blacklist_reason: offer.host.blacklistReason,
  success_rate: offer.host.attempts === 0 ? null : offer.host.usable / offer.host.attempts,
  total_attempts: offer.host.attempts,
  reliability_status: reliabilityOf(offer.host),
  score: offer.score,
});

const mbOf = (gb: number | undefined): number | undefined => (gb === undefined ? undefined : gb * 1000);

export const createOfferHandlers = (deps: { offers: Offers }): Handlers<'listOffers'> => ({
  listOffers: async ({ caller, query, context }) => {
    const projectId = projectFor(caller, 'market:read', query.projectId);
    const wanted: OfferQuery = {
      gpuName: query.gpu_name?.trim().replaceAll('_', ' '),
      gpuCount: query.num_gpus,
      minGpuMemoryMb: mbOf(query.min_gpu_ram),
      minCpuCores: query.min_cpu_cores,
      minMemoryMb: mbOf(query.min_cpu_ram),
      diskGb: query.min_disk,
      minDownloadMbps: query.min_inet_down,
      minUploadMbps: query.min_inet_up,
      minReliability: query.min_reliability,
      minCudaVersion: query.min_cuda,
      maxPricePerHourMicroUsd:
        query.max_price === undefined ? undefined : Math.round(query.max_price * 1_000_000),
      region: query.region,
      verifiedOnly: query.verified_only,
      staticIp: query.static_ip,
      rental: query.machine_type,
      limit: searched,
    };
    const ranked = await deps.offers.listOffers(projectId, wanted, context.signal).catch((error: unknown) => {
      throw asAppError(error);
    });
    const offers = ranked.slice(0, query.limit).map(show);
    return { offers, count: offers.length };
  },
});
