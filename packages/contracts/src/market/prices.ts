import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { longText, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';
import { GpuName, MachineType, machineTypeQuery } from './offers.ts';

/**
 * Prices as our own searches found them: of one GPU for an hour, without disk, in dollars. What too few samples speak
 * of is `insufficient_data`, and its figures are null.
 */
const Verdict = z.enum(['ok', 'insufficient_data']);

const hours = z.coerce.number().int().min(1).max(2160);

/** What one search of the whole market found of one GPU type. */
export const PriceSnapshot = z
  .strictObject({
    gpu_name: z.string(),
    machine_type: MachineType,
    timestamp: Timestamp,
    total_offers: z.number().int(),
    available_gpus: z.number().int(),
    min_price: z.number(),
    p10_price: z.number(),
    p25_price: z.number(),
    median_price: z.number(),
    p75_price: z.number(),
    p90_price: z.number(),
    /** Offers by country code. */
    regions: z.record(z.string(), z.number()),
  })
  .meta({ id: 'PriceSnapshot' });
export type PriceSnapshot = z.infer<typeof PriceSnapshot>;

export const listPrices = route({
  method: 'GET',
  path: '/api/v1/metrics/market',
  tag: 'market',
  summary: 'Price history, newest first',
  access: holdersOf('market:read'),
  query: z.strictObject({
    gpu_name: GpuName.optional(),
    machine_type: machineTypeQuery.optional(),
    hours: hours.default(24),
    limit: z.coerce.number().int().min(1).max(5000).default(500),
  }),
  response: z.strictObject({ snapshots: z.array(PriceSnapshot), count: z.number().int() }),
});

export const PriceSummary = z
  .strictObject({
    gpu_name: z.string(),
    machine_type: MachineType,
    status: Verdict,
    samples: z.number().int(),
    /** So many are needed to say more than what the last one found. */
    samples_needed: z.number().int(),
    last_update: Timestamp,
    current_price: z.number(),
    min_price: z.number(),
    total_offers: z.number().int(),
    available_gpus: z.number().int(),
    gpu_memory_mb: z.number(),
    /** Mean of the medians over the time asked for. */
    average_price: z.number().nullable(),
    change_percent: z.number().nullable(),
    trend: z.enum(['up', 'down', 'stable']).nullable(),
  })
  .meta({ id: 'PriceSummary' });
export type PriceSummary = z.infer<typeof PriceSummary>;

const summaries = z.strictObject({ items: z.array(PriceSummary), generated_at: Timestamp });

export const summarisePrices = route({
  method: 'GET',
  path: '/api/v1/metrics/market/summary',
  tag: 'market',
  summary: 'The present price of each GPU type, and how it moved',
  access: holdersOf('market:read'),
  query: z.strictObject({ machine_type: machineTypeQuery.optional(), hours: hours.default(24) }),
  response: summaries,
});

export const comparePrices = route({
  method: 'GET',
  path: '/api/v1/metrics/market/compare',
  tag: 'market',
  summary: 'Some GPU types beside each other',
  access: holdersOf('market:read'),
  query: z.strictObject({
    /** Names, separated by commas. */
    gpus: longText(1000).min(1),
    machine_type: machineTypeQuery.optional(),
    hours: hours.default(168),
  }),
  response: z.strictObject({
    ...summaries.shape,
    cheapest: z.string().nullable(),
    /** Asked for and never seen in that time. */
    missing: z.array(z.string()),
  }),
});

export const listMarketHosts = route({
  method: 'GET',
  path: '/api/v1/metrics/market/providers',
  tag: 'market',
  summary: 'Hosts as they were last offered, with our own experience of them',
  access: holdersOf('market:read'),
  query: z.strictObject({
    gpu_name: GpuName.optional(),
    geolocation: longText(100).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
  }),
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        machine_id: z.string(),
        host_id: z.string(),
        gpu_name: z.string(),
        num_gpus: z.number(),
        geolocation: z.string().nullable(),
        verified: z.boolean(),
        reliability: z.number().nullable(),
        price: z.number(),
        inet_down: z.number(),
        first_seen: Timestamp,
        last_seen: Timestamp,
        times_seen: z.number().int(),
        total_attempts: z.number().int(),
        success_rate: z.number().nullable(),
      }),
    ),
    count: z.number().int(),
  }),
});

export const rankEfficiency = route({
  method: 'GET',
  path: '/api/v1/metrics/market/efficiency',
  tag: 'market',
  summary:
    'GPU memory for the money: GPU types by the price of a GB of it for an hour, at the present median',
  access: holdersOf('market:read'),
  query: z.strictObject({ machine_type: machineTypeQuery.default('on-demand'), hours: hours.default(24) }),
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        gpu_name: z.string(),
        machine_type: MachineType,
        gpu_memory_mb: z.number(),
        price: z.number(),
        price_per_gb_hour: z.number(),
        total_offers: z.number().int(),
        last_update: Timestamp,
      }),
    ),
  }),
});

export const predictPrices = route({
  method: 'GET',
  path: '/api/v1/metrics/market/predictions/{gpu}',
  tag: 'market',
  summary:
    'The next 24 hours, from the median of past days at the same hour; nothing where too little is known',
  access: holdersOf('market:read'),
  params: z.strictObject({ gpu: GpuName }),
  query: z.strictObject({ machine_type: machineTypeQuery.default('on-demand') }),
  response: z.strictObject({
    gpu_name: z.string(),
    machine_type: MachineType,
    status: Verdict,
    samples: z.number().int(),
    samples_needed: z.number().int(),
    current_price: z.number().nullable(),
    best_time_to_rent: Timestamp.nullable(),
    predicted_lowest_price: z.number().nullable(),
    predictions_24h: z.array(
      z.strictObject({
        time: Timestamp,
        hour_utc: z.number().int(),
        predicted_price: z.number(),
        /** The middle half of past days. */
        low: z.number(),
        high: z.number(),
        samples: z.number().int(),
        days: z.number().int(),
        predicted_availability: z.number(),
      }),
    ),
  }),
});

export const listMarketGpus = route({
  method: 'GET',
  path: '/api/v1/metrics/market/gpus',
  tag: 'market',
  summary: 'GPU types that were seen in the last 30 days',
  access: holdersOf('market:read'),
  response: z.strictObject({
    gpus: z.array(
      z.strictObject({ name: z.string(), last_update: Timestamp, total_offers: z.number().int() }),
    ),
  }),
});

export const listMarketTypes = route({
  method: 'GET',
  path: '/api/v1/metrics/market/types',
  tag: 'market',
  summary: 'How machines are rented, and how many types were seen so in the last 30 days',
  access: holdersOf('market:read'),
  response: z.strictObject({
    types: z.array(z.strictObject({ name: MachineType, gpus: z.number().int() })),
  }),
});
