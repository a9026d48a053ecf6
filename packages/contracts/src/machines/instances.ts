import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Finding } from '../finding.ts';
import { GpuName, MachineType } from '../market/offers.ts';
import { Id, longText, pageQuery, text, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';
import { Operation } from './operations.ts';

/** Field names are those of the compatible machines API: memory of GPUs in MB, of the machine in GB, prices in dollars. */

export const instanceStatuses = [
  'deploying',
  'running',
  'pausing',
  'paused',
  'resuming',
  'rebooting',
  'hibernating',
  'hibernated',
  'waking',
  'migrating',
  'adopting',
  'lost',
  'failed',
  'destroying',
  'destroyed',
] as const;
export const InstanceStatus = z.enum(instanceStatuses);
export type InstanceStatus = z.infer<typeof InstanceStatus>;

export const InstanceIdParams = z.strictObject({ id: Id });

/** When a machine counts as idle, and whether it is put to sleep then. */
export const IdlePolicy = z
  .strictObject({
    enabled: z.boolean(),
    /** Everything must have been quiet for so long. */
    window_seconds: z.number().int().min(60).max(86_400),
    /** At or above it a GPU is at work. */
    gpu_percent: z.number().min(0.1).max(100),
    cpu_percent: z.number().min(0.1).max(100),
    disk_mbps: z.number().min(0.01).max(10_000),
    network_mbps: z.number().min(0.01).max(10_000),
    /** So long before it acts, the machine and the console are warned. */
    warning_seconds: z.number().int().min(0).max(3600),
  })
  .meta({ id: 'IdlePolicy' });
export type IdlePolicy = z.infer<typeof IdlePolicy>;

/**
 * Quiet for three minutes. The thresholds beside the GPU's let an idle system's own housekeeping pass: an image with
 * sshd, cron and a notebook server without a kernel stays below them, a download or a CPU-only phase does not.
 */
export const defaultIdlePolicy: IdlePolicy = {
  enabled: true,
  window_seconds: 180,
  gpu_percent: 5,
  cpu_percent: 20,
  disk_mbps: 2,
  network_mbps: 0.5,
  warning_seconds: 60,
};

const Cron = z.string().trim().min(9).max(100);

export const SleepSchedule = z
  .strictObject({
    /** Five cron fields; null: never by itself. */
    sleep_cron: Cron.nullable(),
    wake_cron: Cron.nullable(),
    time_zone: z.string().min(1).max(64),
    next_sleep_at: Timestamp.nullable(),
    next_wake_at: Timestamp.nullable(),
  })
  .meta({ id: 'SleepSchedule' });

/** What a machine must have; null: any. */
const needs = {
  gpu_name: GpuName.nullable(),
  num_gpus: z.number().int().min(1).max(8).nullable(),
  /** GB of one GPU. */
  min_gpu_ram: z.number().min(0).max(10_000).nullable(),
  min_cpu_cores: z.number().min(0).max(10_000).nullable(),
  /** GB. */
  min_cpu_ram: z.number().min(0).max(100_000).nullable(),
  min_inet_down: z.number().min(0).max(1_000_000).nullable(),
  min_reliability: z.number().min(0).max(1).nullable(),
  min_cuda: z.number().min(0).max(1000).nullable(),
  region: z.enum(['US', 'EU', 'ASIA']).nullable(),
  verified_only: z.boolean(),
  static_ip: z.boolean().nullable(),
  /** Dollars an hour, disk included. */
  max_price: z.number().min(0.001).max(1000).nullable(),
  machine_type: MachineType,
};

/** What is left out is any. */
export const Needs = z
  .strictObject({
    gpu_name: needs.gpu_name.default(null),
    num_gpus: needs.num_gpus.default(null),
    min_gpu_ram: needs.min_gpu_ram.default(null),
    min_cpu_cores: needs.min_cpu_cores.default(null),
    min_cpu_ram: needs.min_cpu_ram.default(null),
    min_inet_down: needs.min_inet_down.default(null),
    min_reliability: needs.min_reliability.default(null),
    min_cuda: needs.min_cuda.default(null),
    region: needs.region.default(null),
    verified_only: needs.verified_only.default(false),
    static_ip: needs.static_ip.default(null),
    max_price: needs.max_price.default(null),
    machine_type: needs.machine_type.default('on-demand'),
  })
  .meta({ id: 'MachineNeeds' });
export type Needs = z.infer<typeof Needs>;

/** What is left out is decided elsewhere. */
export const SomeNeeds = z.strictObject(needs).partial().meta({ id: 'SomeMachineNeeds' });

export const Instance = z
  .strictObject({
    id: Id,
    project_id: Id,
    owner_id: Id.nullable(),
    label: z.string(),
    status: InstanceStatus,
    /** As the provider says it of the rental in charge; null while there is none. */
    actual_status: z.string().nullable(),
    status_since: Timestamp,
    /** What is being done with it now. */
    operation: Operation.nullable(),
    /** What keeps going wrong. */
    problem: z.string().nullable(),
    /** The same without words; null where they are a provider's or a program's. */
    problem_finding: Finding.nullable(),
    /** Rented under a former id of this installation, or found at the provider: it waits to be taken over by hand. */
    adoptable: z.boolean(),
    needs: Needs,
    image: z.string(),
    disk_size: z.number().int(),
    ports: z.array(z.number().int()),
    onstart_cmd: z.string(),
    provider: z.string().nullable(),
    provider_instance_id: z.string().nullable(),
    gpu_name: z.string().nullable(),
    num_gpus: z.number().int().nullable(),
    gpu_ram: z.number().nullable(),
    cpu_cores: z.number().nullable(),
    cpu_ram: z.number().nullable(),
    disk_space: z.number().nullable(),
    inet_down: z.number().nullable(),
    inet_up: z.number().nullable(),
    geolocation: z.string().nullable(),
    /** An hour of what is rented for it now, disk included; 0 while nothing is. */
    dph_total: z.number(),
    total_dph: z.number(),
    /** So far, from the ledger: dollars. */
    cost_total: z.number(),
    public_ipaddr: z.string().nullable(),
    ssh_host: z.string().nullable(),
    ssh_port: z.number().int().nullable(),
    /** For `ssh`, whole. */
    ssh_command: z.string().nullable(),
    /** What it must show, as a line of `known_hosts` has it: `ssh-ed25519 AAAA...`. */
    ssh_host_key: z.string().nullable(),
    start_date: Timestamp.nullable(),
    created_at: Timestamp,
    gpu_util: z.number().nullable(),
    gpu_temp: z.number().nullable(),
    cpu_util: z.number().nullable(),
    ram_used: z.number().nullable(),
    ram_total: z.number().nullable(),
    last_heartbeat: Timestamp.nullable(),
    idle_since: Timestamp.nullable(),
    will_hibernate_at: Timestamp.nullable(),
    keep_alive_until: Timestamp.nullable(),
    idle_policy: IdlePolicy,
    schedule: SleepSchedule,
    snapshot_id: Id.nullable(),
    epoch: z.number().int(),
  })
  .meta({ id: 'Instance' });
export type Instance = z.infer<typeof Instance>;

export const listInstances = route({
  method: 'GET',
  path: '/api/v1/instances',
  tag: 'machines',
  summary: 'Machines, newest first; those that are destroyed only by their status',
  access: holdersOf('machines:read'),
  query: z.strictObject({ ...pageQuery, status: InstanceStatus.optional() }),
  response: z.strictObject({
    instances: z.array(Instance),
    count: z.number().int(),
    nextCursor: z.string().nullable(),
  }),
});

/** The house's, for what `POST /instances` and the settings of the user leave out: those of the original. */
export const defaultImage = 'pytorch/pytorch:2.1.0-cuda12.1-cudnn8-runtime';
export const defaultDiskSize = 100;
export const defaultPorts: readonly number[] = [8080];

export const Image = text(1024);
export const DiskSize = z.number().int().min(8).max(100_000);
export const Ports = z.array(z.number().int().min(1).max(65_535)).max(32);

export const NewInstance = z.strictObject({
  project_id: Id.optional(),
  label: text(100).optional(),
  /** Only this offer of this account, without a race. */
  offer_id: text(100).optional(),
  account_id: Id.optional(),
  /** What is left out of these is as the settings of the user have it, else as the house does. */
  needs: SomeNeeds.optional(),
  image: Image.optional(),
  disk_size: DiskSize.optional(),
  ports: Ports.optional(),
  onstart_cmd: longText(2000).default(''),
  environment: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z_]\w*$/)
        .max(100),
      longText(256),
    )
    .default({}),
  idle_policy: IdlePolicy.partial().optional(),
  /** Begin from this snapshot, which may be of another machine. */
  snapshot_id: Id.optional(),
  'skip-standby': z.boolean().optional(),
  skip_validation: z.boolean().optional(),
});

export const createInstance = route({
  method: 'POST',
  path: '/api/v1/instances',
  tag: 'machines',
  summary: 'Rent a machine: the best offers race, and the first that really answers wins',
  access: holdersOf('machines:write'),
  idempotent: true,
  body: NewInstance,
  response: Instance,
  status: 201,
  errors: [
    'provider.none',
    'project.not_found',
    'project.none',
    'machine.budget',
    'snapshot.not_found',
    'snapshot.not_restorable',
    'request.idempotency_mismatch',
  ],
});

const one = { params: InstanceIdParams } as const;

export const getInstance = route({
  method: 'GET',
  path: '/api/v1/instances/{id}',
  tag: 'machines',
  summary: 'One machine',
  access: holdersOf('machines:read'),
  ...one,
  response: Instance,
  errors: ['machine.not_found'],
});

export const updateInstance = route({
  method: 'PATCH',
  path: '/api/v1/instances/{id}',
  tag: 'machines',
  summary: 'Change its label, when it sleeps, and what it wakes with',
  access: holdersOf('machines:write'),
  ...one,
  body: z.strictObject({
    label: text(100).optional(),
    idle_policy: IdlePolicy.partial().optional(),
    sleep_cron: Cron.nullable().optional(),
    wake_cron: Cron.nullable().optional(),
    time_zone: text(64).optional(),
    needs: Needs.optional(),
  }),
  response: Instance,
  errors: ['machine.not_found', 'machine.destroyed', 'schedule.cron', 'schedule.time_zone'],
});
