import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Finding } from '../finding.ts';
import { Id, pageQuery, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

/** One machine of a race. */
export const Candidate = z
  .strictObject({
    id: Id,
    batch: z.number().int(),
    state: z.enum(['ordered', 'waiting', 'usable', 'releasing', 'gone', 'never']),
    is_winner: z.boolean(),
    offer_id: z.string(),
    machine_id: z.string(),
    host_id: z.string(),
    gpu_name: z.string(),
    num_gpus: z.number(),
    geolocation: z.string().nullable(),
    inet_down: z.number().nullable(),
    dph_total: z.number(),
    /** Why it is not the one: `lost_race`, `stuck_loading`, `ssh_refused`, ... */
    failure: z.string().nullable(),
    ordered_at: Timestamp,
    usable_at: Timestamp.nullable(),
    gone_at: Timestamp.nullable(),
  })
  .meta({ id: 'RaceCandidate' });
export type Candidate = z.infer<typeof Candidate>;

export const operationKinds = [
  'deploy',
  'pause',
  'resume',
  'reboot',
  'hibernate',
  'wake',
  'migrate',
  'destroy',
  'adopt',
] as const;

/** What every phase does; an operation is some of them, in its own order. */
export const operationPhases = [
  'searching',
  'creating',
  'waiting',
  'cleanup',
  'setting_up',
  'restoring',
  'quiescing',
  'snapshotting',
  'stopping',
  'starting',
  'rebooting',
  'entering',
  'releasing',
] as const;

/** Something that is done with a machine. It survives the server, and goes on where it was. */
export const Operation = z
  .strictObject({
    id: Id,
    instance_id: Id,
    kind: z.enum(operationKinds),
    /** As deployments have it: `searching, creating, waiting, cleanup, setting_up, completed | failed`. */
    status: z.enum([...operationPhases, 'completed', 'failed', 'cancelled']),
    /** user, idle, schedule, outbid, lost, run, found. */
    reason: z.string(),
    requested_by: Id.nullable(),
    message: z.string().nullable(),
    /** The message without words; null where they are a provider's or a program's. */
    message_finding: Finding.nullable(),
    progress: z.strictObject({
      batch: z.number().int(),
      machines_tried: z.number().int(),
      machines_created: z.number().int(),
      machines_destroyed: z.number().int(),
      offers_found: z.number().int().nullable(),
      /** Of a snapshot or a restore; null where nobody can say. */
      percent: z.number().nullable(),
    }),
    /** Seconds by phase; the present one is not among them. */
    seconds: z.record(z.string(), z.number()),
    snapshot_id: Id.nullable(),
    restore_id: Id.nullable(),
    cancellable: z.boolean(),
    error_code: z.string().nullable(),
    error_params: Finding.shape.params.nullable(),
    error: z.string().nullable(),
    created_at: Timestamp,
    phase_at: Timestamp,
    finished_at: Timestamp.nullable(),
  })
  .meta({ id: 'MachineOperation' });
export type Operation = z.infer<typeof Operation>;

/** The figures that justified putting a machine to sleep. */
export const IdleSample = z
  .strictObject({
    at: Timestamp,
    gpu_percent: z.number().nullable(),
    cpu_percent: z.number().nullable(),
    disk_mbps: z.number().nullable(),
    network_mbps: z.number().nullable(),
    input_seconds_ago: z.number().nullable(),
  })
  .meta({ id: 'IdleSample' });
export type IdleSample = z.infer<typeof IdleSample>;

/** One line of a machine's story. */
export const MachineEvent = z
  .strictObject({
    id: Id,
    instance_id: Id,
    at: Timestamp,
    /** `deployed`, `fell_asleep`, `woke`, `paused`, `resumed`, `lost`, `keep_alive`, `adopted`, ... */
    event_type: z.string(),
    operation_id: Id.nullable(),
    reason: z.string().nullable(),
    message: z.string().nullable(),
    message_finding: Finding.nullable(),
    dph_total: z.number().nullable(),
    savings_usd: z.number().nullable(),
    snapshot_id: Id.nullable(),
    evidence: z.array(IdleSample),
  })
  .meta({ id: 'MachineEvent' });
export type MachineEvent = z.infer<typeof MachineEvent>;

const ofOne = { params: z.strictObject({ id: Id }) } as const;

export const listOperations = route({
  method: 'GET',
  path: '/api/v1/instances/{id}/operations',
  tag: 'machines',
  summary: 'What was done with a machine, newest first',
  access: holdersOf('machines:read'),
  ...ofOne,
  query: z.strictObject(pageQuery),
  response: z.strictObject({ items: z.array(Operation), nextCursor: z.string().nullable() }),
  errors: ['machine.not_found'],
});

export const getOperation = route({
  method: 'GET',
  path: '/api/v1/instances/{id}/operations/{operationId}',
  tag: 'machines',
  summary: 'One operation, with each machine that raced for it',
  access: holdersOf('machines:read'),
  params: z.strictObject({ id: Id, operationId: Id }),
  response: z.strictObject({ ...Operation.shape, candidates: z.array(Candidate) }),
  errors: ['machine.not_found', 'operation.not_found'],
});

export const listMachineEvents = route({
  method: 'GET',
  path: '/api/v1/instances/{id}/events',
  tag: 'machines',
  summary: 'The story of a machine, newest first: why did it sleep?',
  access: holdersOf('machines:read'),
  ...ofOne,
  query: z.strictObject(pageQuery),
  response: z.strictObject({ items: z.array(MachineEvent), nextCursor: z.string().nullable() }),
  errors: ['machine.not_found'],
});
