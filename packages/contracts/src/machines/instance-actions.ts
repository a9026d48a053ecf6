import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { GpuName } from '../market/offers.ts';
import { flag, Id } from '../primitives.ts';
import { route } from '../route.ts';
import { Instance, InstanceIdParams } from './instances.ts';
import { Operation } from './operations.ts';

/** What a machine is asked to do is begun, and goes on by itself: `operation` tells how far it is. */
const Begun = z.strictObject({ success: z.boolean(), message: z.string(), operation: Operation });

const one = { params: InstanceIdParams } as const;
const changing = ['machine.not_found', 'machine.destroyed', 'machine.state', 'machine.busy'] as const;

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

export const adoptInstance = route({
  method: 'POST',
  path: '/api/v1/instances/{id}/adopt',
  tag: 'machines',
  summary:
    'Take over a machine of a former id of this installation, or one that was found: it is entered and looked after',
  access: holdersOf('machines:write'),
  ...one,
  response: Instance,
  errors: ['machine.not_found', 'machine.busy', 'machine.held', 'machine.ours'],
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
