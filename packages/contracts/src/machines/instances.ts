import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { GpuName, MachineType } from '../market/offers.ts';
import { flag, Id, longText, pageQuery, text, Timestamp } from '../primitives.ts';
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

/** What a machine must have. Left out: any. */
export const Needs = z
  .strictObject({
    gpu_name: GpuName.nullable().default(null),
    num_gpus: z.number().int().min(1).max(8).nullable().default(null),
    /** GB of one GPU. */
    min_gpu_ram: z.number().min(0).max(10_000).nullable().default(null),
    min_cpu_cores: z.number().min(0).max(10_000).nullable().default(null),
    /** GB. */
    min_cpu_ram: z.number().min(0).max(100_000).nullable().default(null),
    min_inet_down: z.number().min(0).max(1_000_000).nullable().default(null),
    min_reliability: z.number().min(0).max(1).nullable().default(null),
    min_cuda: z.number().min(0).max(1000).nullable().default(null),
    region: z.enum(['US', 'EU', 'ASIA']).nullable().default(null),
    verified_only: z.boolean().default(false),
    static_ip: z.boolean().nullable().default(null),
    /** Dollars an hour, disk included. */
    max_price: z.number().min(0.001).max(1000).nullable().default(null),
    machine_type: MachineType.default('on-demand'),
  })
  .meta({ id: 'MachineNeeds' });
export type Needs = z.infer<typeof Needs>;

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

/** What a machine is asked to do is begun, and goes on by itself: `operation` tells how far it is. */
const Begun = z.strictObject({ success: z.boolean(), message: z.string(), operation: Operation });

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

/** What `POST /instances` may leave out, as the original has it. */
export const defaultImage = 'pytorch/pytorch:2.1.0-cuda12.1-cudnn8-runtime';

export const createInstance = route({
  method: 'POST',
  path: '/api/v1/instances',
  tag: 'machines',
  summary: 'Rent a machine: the best offers race, and the first that really answers wins',
  access: holdersOf('machines:write'),
  idempotent: true,
  body: z.strictObject({
    project_id: Id.optional(),
    label: text(100).optional(),
    /** Only this offer of this account, without a race. */
    offer_id: text(100).optional(),
    account_id: Id.optional(),
    needs: Needs.prefault({}),
    image: text(1024).default(defaultImage),
    disk_size: z.number().int().min(8).max(100_000).default(100),
    ports: z.array(z.number().int().min(1).max(65_535)).max(32).default([8080]),
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
  }),
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

const changing = ['machine.not_found', 'machine.state', 'machine.busy'] as const;

export const deleteInstance = route({
  method: 'DELETE',
  path: '/api/v1/instances/{id}',
  tag: 'machines',
  summary: 'Destroy a machine, after a verified snapshot of its files unless that is given up by name',
  access: holdersOf('machines:write'),
  ...one,
  query: z.strictObject({
    /** Its files are given up: no snapshot is taken. */
    skip_snapshot: flag.optional(),
    destroy_standby: flag.optional(),
    reason: z.string().max(100).optional(),
  }),
  response: Begun,
  errors: [...changing],
});

export const pauseInstance = route({
  method: 'POST',
  path: '/api/v1/instances/{id}/pause',
  tag: 'machines',
  summary: 'Stop it on its host, after a verified snapshot: only its disk is billed',
  access: holdersOf('machines:write'),
  ...one,
  response: Begun,
  errors: [...changing],
});

export const resumeInstance = route({
  method: 'POST',
  path: '/api/v1/instances/{id}/resume',
  tag: 'machines',
  summary: 'Start a paused machine again on its host',
  access: holdersOf('machines:write'),
  ...one,
  response: Begun,
  errors: [...changing],
});

export const rebootInstance = route({
  method: 'POST',
  path: '/api/v1/instances/{id}/reboot',
  tag: 'machines',
  summary: 'Restart what runs in it; its disk stays',
  access: holdersOf('machines:write'),
  ...one,
  response: Begun,
  errors: [...changing],
});

export const hibernateInstance = route({
  method: 'POST',
  path: '/api/v1/instances/{id}/hibernate',
  tag: 'machines',
  summary: 'Put it to sleep: snapshot, verify, give the rental back',
  access: holdersOf('machines:write'),
  ...one,
  response: Begun,
  errors: [...changing],
});

export const wakeInstance = route({
  method: 'POST',
  path: '/api/v1/instances/{id}/wake',
  tag: 'machines',
  summary: 'Wake it on the best machine of the moment, with its files',
  access: holdersOf('machines:write'),
  ...one,
  bodyOptional: true,
  body: z
    .strictObject({
      gpu_type: GpuName.optional(),
      region: z.enum(['US', 'EU', 'ASIA']).optional(),
      max_price: z.number().min(0.001).max(1000).optional(),
      restore_snapshot: z.boolean().default(true),
      /** Answer when it is awake; otherwise at once, and it goes on. */
      wait: z.boolean().default(false),
    })
    .optional(),
  response: z.strictObject({
    success: z.boolean(),
    new_instance_id: Id,
    old_instance_id: Id,
    snapshot_id: Id.nullable(),
    ssh_host: z.string().nullable(),
    ssh_port: z.number().int().nullable(),
    time_taken: z.number().nullable(),
    message: z.string(),
    operation: Operation,
  }),
  errors: [...changing, 'machine.no_snapshot', 'machine.budget'],
});

export const migrateInstance = route({
  method: 'POST',
  path: '/api/v1/instances/{id}/migrate',
  tag: 'machines',
  summary: 'Move it to another machine: snapshot, race, restore, and only then give the old one back',
  access: holdersOf('machines:write'),
  ...one,
  body: z.strictObject({
    target_type: z.literal('gpu').default('gpu'),
    gpu_name: GpuName.optional(),
    max_price: z.number().min(0.001).max(1000).default(2),
    region: z.enum(['US', 'EU', 'ASIA']).optional(),
    disk_size: z.number().int().min(50).max(100_000).optional(),
    auto_destroy_source: z.literal(true).default(true),
  }),
  response: Begun,
  errors: [...changing, 'machine.budget'],
});

export const estimateMigration = route({
  method: 'POST',
  path: '/api/v1/instances/{id}/migrate/estimate',
  tag: 'machines',
  summary: 'What a migration would cost and take, from measured races and restores',
  access: holdersOf('machines:read'),
  ...one,
  body: z.strictObject({
    target_type: z.literal('gpu').default('gpu'),
    gpu_name: GpuName.optional(),
    max_price: z.number().min(0.001).max(1000).default(2),
    region: z.enum(['US', 'EU', 'ASIA']).optional(),
    disk_size: z.number().int().min(50).max(100_000).optional(),
  }),
  response: z.strictObject({
    available: z.boolean(),
    error: z.string().nullable(),
    source: z.strictObject({
      id: Id,
      type: z.literal('gpu'),
      gpu_name: z.string().nullable(),
      cost_per_hour: z.number(),
    }),
    target: z
      .strictObject({
        type: z.literal('gpu'),
        gpu_name: z.string(),
        cost_per_hour: z.number(),
        offer_id: z.string(),
      })
      .nullable(),
    /** Null until a race and a restore were measured here. */
    estimated_time_minutes: z.number().nullable(),
    offers_available: z.number().int(),
  }),
  errors: [
    'machine.not_found',
    'provider.none',
    'provider.unavailable',
    'provider.busy',
    'provider.key_refused',
  ],
});

export const cancelOperation = route({
  method: 'POST',
  path: '/api/v1/instances/{id}/cancel',
  tag: 'machines',
  summary: 'Give up what is being done with it; what was rented for it is given back',
  access: holdersOf('machines:write'),
  ...one,
  response: Begun,
  errors: ['machine.not_found', 'machine.nothing_to_cancel', 'machine.not_cancellable'],
});
