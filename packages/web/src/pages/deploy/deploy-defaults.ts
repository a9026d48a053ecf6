import type { DeploymentDefaults } from '@dumont/contracts/identity/settings';
import { countNeeds, validateOfferNeeds, type OfferNeeds } from '../../features/market/offer-needs.ts';
import { knownImages, type DeployDraft } from './deploy-draft.ts';
import type { DeploySearch } from './deploy-search.ts';

const offerNeedsOf = (needs: NonNullable<DeploymentDefaults['needs']>): OfferNeeds =>
  validateOfferNeeds({
    gpu: needs.gpu_name,
    gpus: needs.num_gpus,
    vram: needs.min_gpu_ram,
    cores: needs.min_cpu_cores,
    ram: needs.min_cpu_ram,
    down: needs.min_inet_down,
    price: needs.max_price,
    cuda: needs.min_cuda,
    reliability: typeof needs.min_reliability === 'number' ? needs.min_reliability * 100 : undefined,
    region: needs.region,
    verified: needs.verified_only,
    staticIp: needs.static_ip,
    type: needs.machine_type,
  });

/** An address that states no needs begins with the user's own; whoever comes with an offer has chosen. */
export const beginWith = (search: DeploySearch, defaults: DeploymentDefaults): DeploySearch =>
  search.offer !== undefined || countNeeds(validateOfferNeeds({ ...search })) > 0
    ? search
    : { ...search, ...offerNeedsOf(defaults.needs ?? {}) };

/** What is filled in before anybody typed: the user's own, else the house's. */
export const draftWith = (defaults: DeploymentDefaults, diskGb: number): DeployDraft => ({
  label: '',
  image: defaults.image ?? knownImages[0] ?? '',
  diskGb,
  ports: (defaults.ports ?? [8080]).join(', '),
  onStart: '',
  sleeps: defaults.idle_policy?.enabled ?? true,
  windowMinutes: (defaults.idle_policy?.window_seconds ?? 180) / 60,
});
