import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { flag, Id, longText } from '../primitives.ts';
import { route } from '../route.ts';

/** `bid` may be taken away by a higher bid. `interruptible` is another word for it in requests. */
export const MachineType = z.enum(['on-demand', 'bid']);
export const machineTypeQuery = z
  .enum(['on-demand', 'bid', 'interruptible'])
  .transform((type) => (type === 'interruptible' ? ('bid' as const) : type));

export const GpuName = longText(100).min(1);

const amount = (most: number) => z.coerce.number().min(0).max(most);

/** Prices are dollars, to the micro-dollar. Memory is MB, disk GB, links Mbps. */
export const Offer = z
  .strictObject({
    id: z.string(),
    account_id: Id,
    machine_type: MachineType,
    gpu_name: z.string(),
    num_gpus: z.number(),
    gpu_ram: z.number(),
    cpu_name: z.string().nullable(),
    cpu_cores: z.number(),
    cpu_ram: z.number(),
    disk_space: z.number(),
    inet_down: z.number(),
    inet_up: z.number(),
    /** An hour, with the disk asked for. */
    dph_total: z.number(),
    /** An hour without disk. */
    dph_base: z.number(),
    /** A GB of disk for a month of 30 days. */
    storage_cost: z.number(),
    min_bid: z.number().nullable(),
    geolocation: z.string().nullable(),
    reliability: z.number().nullable(),
    cuda_version: z.number().nullable(),
    verified: z.boolean(),
    static_ip: z.boolean(),
    machine_id: z.string(),
    host_id: z.string(),
    is_blacklisted: z.boolean(),
    blacklist_reason: z.string().nullable(),
    /** Of our own attempts on this host; null without any. */
    success_rate: z.number().nullable(),
    total_attempts: z.number().int(),
    reliability_status: z.enum(['unknown', 'poor', 'fair', 'good', 'excellent']),
    /** Usable hours that a dollar is expected to buy. */
    score: z.number(),
  })
  .meta({ id: 'Offer' });
export type Offer = z.infer<typeof Offer>;

export const listOffers = route({
  method: 'GET',
  path: '/api/v1/instances/offers',
  aliases: ['/api/v1/offers'],
  tag: 'market',
  summary: 'What could be rented now, best first; blacklisted hosts at the end',
  access: holdersOf('market:read'),
  query: z.strictObject({
    projectId: Id.optional(),
    gpu_name: GpuName.optional(),
    num_gpus: z.coerce.number().int().min(1).max(8).optional(),
    /** GB of one GPU. */
    min_gpu_ram: amount(10_000).optional(),
    min_cpu_cores: amount(10_000).optional(),
    /** GB. */
    min_cpu_ram: amount(100_000).optional(),
    /** GB; the price holds it. */
    min_disk: z.coerce.number().min(8).max(100_000).default(50),
    min_inet_down: amount(1_000_000).optional(),
    min_inet_up: amount(1_000_000).optional(),
    /** Dollars an hour, disk included. */
    max_price: amount(1000).optional(),
    min_cuda: amount(1000).optional(),
    min_reliability: amount(1).optional(),
    region: z.enum(['US', 'EU', 'ASIA']).optional(),
    verified_only: flag.default(false),
    static_ip: flag.optional(),
    machine_type: machineTypeQuery.default('on-demand'),
    limit: z.coerce.number().int().min(1).max(1000).default(50),
  }),
  response: z.strictObject({ offers: z.array(Offer), count: z.number().int() }),
  errors: [
    'provider.none',
    'provider.unavailable',
    'provider.busy',
    'provider.key_refused',
    'project.not_found',
    'project.none',
  ],
});
