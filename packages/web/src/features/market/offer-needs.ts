import type { OfferFilter } from '../../queries/market.ts';

const regions = ['US', 'EU', 'ASIA'] as const;

/** What a machine must have, as an address carries it; what is left out may be anything. */
export interface OfferNeeds {
  readonly gpu?: string | undefined;
  readonly gpus?: number | undefined;
  /** GB of one GPU. */
  readonly vram?: number | undefined;
  readonly cores?: number | undefined;
  /** GB. */
  readonly ram?: number | undefined;
  /** GB. */
  readonly disk?: number | undefined;
  /** Mbps. */
  readonly down?: number | undefined;
  /** Dollars an hour, disk included. */
  readonly price?: number | undefined;
  readonly cuda?: number | undefined;
  /** Percent. */
  readonly reliability?: number | undefined;
  readonly region?: (typeof regions)[number] | undefined;
  readonly verified?: true | undefined;
  readonly staticIp?: true | undefined;
  readonly type?: 'bid' | undefined;
}

/** Of figures: the least and the most that the server takes. */
export const needLimits = {
  vram: [1, 10_000],
  cores: [1, 10_000],
  ram: [1, 100_000],
  disk: [8, 100_000],
  down: [1, 1_000_000],
  price: [0.001, 1000],
  cuda: [1, 1000],
  reliability: [1, 100],
} as const;

export type NeedFigure = keyof typeof needLimits;

export const defaultDiskGb = 50;

const figure = (raw: unknown, [least, most]: readonly [number, number]): number | undefined => {
  const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  return typeof value === 'number' && value >= least && value <= most ? value : undefined;
};

/** Reads an address; what the server would refuse is dropped, and is there as undefined. */
export const validateOfferNeeds = (raw: Record<string, unknown>): OfferNeeds => {
  const gpus = figure(raw['gpus'], [1, 8]);
  const gpu = typeof raw['gpu'] === 'number' ? String(raw['gpu']) : raw['gpu'];
  return {
    gpu: typeof gpu === 'string' && /^[^\p{Cc}]{1,100}$/u.test(gpu) ? gpu : undefined,
    gpus: gpus !== undefined && Number.isInteger(gpus) ? gpus : undefined,
    vram: figure(raw['vram'], needLimits.vram),
    cores: figure(raw['cores'], needLimits.cores),
    ram: figure(raw['ram'], needLimits.ram),
    disk: figure(raw['disk'], needLimits.disk),
    down: figure(raw['down'], needLimits.down),
    price: figure(raw['price'], needLimits.price),
    cuda: figure(raw['cuda'], needLimits.cuda),
    reliability: figure(raw['reliability'], needLimits.reliability),
    region: regions.find((region) => region === raw['region']),
    verified: raw['verified'] === true ? true : undefined,
    staticIp: raw['staticIp'] === true ? true : undefined,
    type: raw['type'] === 'bid' ? 'bid' : undefined,
  };
};

/** The search for offers that meet the needs. */
export const offerFilterFrom = (
  needs: OfferNeeds,
  projectId: string | undefined,
  limit: number,
): OfferFilter => ({
  projectId,
  gpu_name: needs.gpu,
  num_gpus: needs.gpus,
  min_gpu_ram: needs.vram,
  min_cpu_cores: needs.cores,
  min_cpu_ram: needs.ram,
  min_disk: needs.disk ?? defaultDiskGb,
  min_inet_down: needs.down,
  max_price: needs.price,
  min_cuda: needs.cuda,
  min_reliability: needs.reliability === undefined ? undefined : needs.reliability / 100,
  region: needs.region,
  ...(needs.verified ? { verified_only: 'true' as const } : {}),
  ...(needs.staticIp ? { static_ip: 'true' as const } : {}),
  machine_type: needs.type ?? 'on-demand',
  limit,
});

/** How many needs are stated. */
export const countNeeds = (needs: OfferNeeds): number =>
  Object.values(needs).filter((value) => value !== undefined).length;

/**
 * The GPU type that was meant: providers know it by one spelling only. `4090` is the one known type with that in its
 * name; what fits none or several stays as it was typed.
 */
export const resolveGpuName = (typed: string, known: readonly string[]): string => {
  const fold = (name: string) => name.trim().replaceAll('_', ' ').replaceAll(/\s+/g, ' ').toLowerCase();
  const wanted = fold(typed);
  const exact = known.find((name) => fold(name) === wanted);
  if (exact !== undefined) return exact;
  const partial = known.filter((name) => fold(name).includes(wanted));
  return partial.length === 1 ? (partial[0] ?? typed.trim()) : typed.trim();
};
