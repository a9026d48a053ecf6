import type { Needs } from '@dumont/contracts/machines/instances';
import type { OfferNeeds } from './offer-needs.ts';

/** What is asked for in the words of a machine. */
export const machineNeedsFrom = (needs: OfferNeeds): Needs => ({
  gpu_name: needs.gpu ?? null,
  num_gpus: needs.gpus ?? null,
  min_gpu_ram: needs.vram ?? null,
  min_cpu_cores: needs.cores ?? null,
  min_cpu_ram: needs.ram ?? null,
  min_inet_down: needs.down ?? null,
  min_reliability: needs.reliability === undefined ? null : needs.reliability / 100,
  min_cuda: needs.cuda ?? null,
  region: needs.region ?? null,
  verified_only: needs.verified ?? false,
  static_ip: needs.staticIp ?? null,
  max_price: needs.price ?? null,
  machine_type: needs.type ?? 'on-demand',
});
