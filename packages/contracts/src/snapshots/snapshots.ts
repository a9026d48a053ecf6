import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Finding, ToldFinding } from '../finding.ts';
import { flag, Id, IdParams, pageQuery, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

/** Field names are those of the compatible machines API. */

export const snapshotKinds = ['auto', 'manual', 'hibernate', 'migrate'] as const;
export const snapshotStates = ['creating', 'verifying', 'verified', 'partial', 'failed'] as const;

export const InstanceId = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9_-]+$/);

/** Absolute, without `..`, a final slash or control characters. */
export const FolderPath = z
  .string()
  .max(1000)
  .regex(/^(\/(?!\.{1,2}(\/|$))[^/\p{Cc}]+)+$/u, 'an absolute path without "." and ".."')
  .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');
const TargetPath = z.literal('/').or(FolderPath);

const ownTags = /^(machine|epoch|kind|snapshot):/;
const SnapshotTag = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\w.:=@+-]+$/, 'letters, digits and . _ : = @ + - only')
  .refine((tag) => !ownTags.test(tag), 'machine:, epoch:, kind: and snapshot: are given by the server');

/** A name (`node_modules`, `*.tmp`) or an absolute path; the server says which it does not take. */
const Exclude = z.string().min(1).max(500);

/** Why it failed, or what went wrong in the last attempt: the words, and what they are made of. */
const failure = {
  error_code: z.string().nullable(),
  error_params: Finding.shape.params.nullable(),
  error: z.string().nullable(),
};

export const Snapshot = z
  .strictObject({
    id: Id,
    /** What `restic snapshots` shows; null until there is one. */
    short_id: z.string().nullable(),
    restic_id: z.string().nullable(),
    instance_id: Id,
    project_id: Id,
    time: Timestamp,
    hostname: z.string(),
    kind: z.enum(snapshotKinds),
    epoch: z.number().int(),
    tags: z.array(z.string()),
    paths: z.array(z.string()),
    /** What was left out on purpose. */
    excludes: z.array(z.string()),
    /**
     * `verified`: every file was compared with what the repository gives back. `partial`: some of it could not be read,
     * or changed meanwhile where nothing should; it never licenses the destruction of its machine.
     */
    state: z.enum(snapshotStates),
    percent: z.number().nullable(),
    files_new: z.number().int().nullable(),
    files_changed: z.number().int().nullable(),
    files_unmodified: z.number().int().nullable(),
    total_files_processed: z.number().int().nullable(),
    total_bytes_processed: z.number().int().nullable(),
    data_added: z.number().int().nullable(),
    duration_seconds: z.number().nullable(),
    verify_seconds: z.number().nullable(),
    files_changed_meanwhile: z.number().int().nullable(),
    manifest_sha256: z.string().nullable(),
    /** The first of what is not as it should be. */
    problems: z.array(ToldFinding),
    keep_forever: z.boolean(),
    ...failure,
    finished_at: Timestamp.nullable(),
  })
  .meta({ id: 'Snapshot' });
export type Snapshot = z.infer<typeof Snapshot>;

const SnapshotList = z.strictObject({
  snapshots: z.array(Snapshot),
  count: z.number().int(),
  nextCursor: z.string().nullable(),
});

export const RetentionPolicy = z
  .strictObject({
    /** The newest ones, whatever their age. */
    keep_last: z.number().int().min(1).max(1000),
    /** The newest of each of so many days that have any. */
    keep_daily: z.number().int().min(0).max(1000),
    keep_weekly: z.number().int().min(0).max(1000),
  })
  .meta({ id: 'RetentionPolicy' });
export type RetentionPolicy = z.infer<typeof RetentionPolicy>;

/** What holds, and who says so. */
export const RetentionInForce = RetentionPolicy.extend({
  of: z.enum(['machine', 'project', 'default']),
}).meta({ id: 'RetentionInForce' });
export type RetentionInForce = z.infer<typeof RetentionInForce>;

export const SnapshotRestore = z
  .strictObject({
    id: Id,
    success: z.boolean(),
    state: z.enum(['restoring', 'complete', 'failed']),
    snapshot_id: Id,
    instance_id: Id,
    target_path: z.string(),
    files_restored: z.number().int().nullable(),
    bytes_restored: z.number().int().nullable(),
    errors: z.array(z.string()),
    ...failure,
    /** Seconds since it was asked for, until: the shell could be used, what was used last was there, all was there. */
    first_command_seconds: z.number().nullable(),
    hot_set_seconds: z.number().nullable(),
    complete_seconds: z.number().nullable(),
    /** Until every file had been compared; null without `verify`. */
    verified_seconds: z.number().nullable(),
    megabytes_per_second: z.number().nullable(),
  })
  .meta({ id: 'SnapshotRestore' });
export type SnapshotRestore = z.infer<typeof SnapshotRestore>;

const listQuery = { ...pageQuery, state: z.enum(snapshotStates).optional() };

export const listSnapshots = route({
  method: 'GET',
  path: '/api/v1/snapshots',
  tag: 'snapshots',
  summary: 'Snapshots, newest first',
  access: holdersOf('snapshots:read'),
  query: z.strictObject({ ...listQuery, instance_id: InstanceId.optional() }),
  response: SnapshotList,
});

export const listInstanceSnapshots = route({
  method: 'GET',
  path: '/api/v1/instances/{id}/snapshots',
  tag: 'snapshots',
  summary: 'Snapshots of one machine, newest first',
  access: holdersOf('snapshots:read'),
  params: z.strictObject({ id: InstanceId }),
  query: z.strictObject(listQuery),
  response: SnapshotList,
});

export const getSnapshot = route({
  method: 'GET',
  path: '/api/v1/snapshots/{id}',
  tag: 'snapshots',
  summary: 'One snapshot',
  access: holdersOf('snapshots:read'),
  params: IdParams,
  response: Snapshot,
  errors: ['snapshot.not_found'],
});

export const createSnapshot = route({
  method: 'POST',
  path: '/api/v1/snapshots',
  tag: 'snapshots',
  summary: 'Make a snapshot of a running machine and verify it',
  access: holdersOf('snapshots:write'),
  body: z.strictObject({
    instance_id: InstanceId,
    source_path: FolderPath.default('/workspace'),
    tags: z.array(SnapshotTag).max(20).default([]),
    excludes: z.array(Exclude).max(100).default([]),
    /** Answer when it is finished; otherwise at once, and it goes on. */
    wait: z.boolean().default(true),
  }),
  response: z.strictObject({
    success: z.boolean(),
    snapshot_id: Id,
    state: z.enum(snapshotStates),
    files_new: z.number().int().nullable(),
    files_changed: z.number().int().nullable(),
    files_unmodified: z.number().int().nullable(),
    total_files_processed: z.number().int().nullable(),
    data_added: z.number().int().nullable(),
    total_bytes_processed: z.number().int().nullable(),
    ...failure,
  }),
  errors: ['machine.not_found', 'machine.unreachable', 'snapshot.exclude'],
});

export const restoreSnapshot = route({
  method: 'POST',
  path: '/api/v1/snapshots/restore',
  tag: 'snapshots',
  summary: 'Bring a snapshot, or a part of it, back to a machine: what was used last comes first',
  access: holdersOf('snapshots:write'),
  query: z.strictObject({ instance_id: InstanceId }),
  body: z.strictObject({
    snapshot_id: Id,
    /** `/` brings everything back to where it was; any other folder gets the whole paths below it. */
    target_path: TargetPath.default('/'),
    /** Only what lies here or below. */
    paths: z.array(FolderPath).max(100).default([]),
    /** Read every file back and compare it. */
    verify: z.boolean().default(true),
    wait: z.boolean().default(true),
  }),
  response: SnapshotRestore,
  errors: [
    'machine.not_found',
    'machine.unreachable',
    'snapshot.not_found',
    'snapshot.unfinished',
    'snapshot.not_restorable',
  ],
});

export const getSnapshotRestore = route({
  method: 'GET',
  path: '/api/v1/snapshots/restores/{id}',
  tag: 'snapshots',
  summary: 'How far a restore is, and how long its parts took',
  access: holdersOf('snapshots:read'),
  params: IdParams,
  response: SnapshotRestore,
  errors: ['snapshot.not_found'],
});

export const deleteSnapshot = route({
  method: 'DELETE',
  path: '/api/v1/snapshots/{id}',
  tag: 'snapshots',
  summary: 'Delete a snapshot; the last verified one of a machine only with `force`',
  access: holdersOf('snapshots:write'),
  params: IdParams,
  query: z.strictObject({ force: flag.optional() }),
  response: z.strictObject({ success: z.boolean() }),
  errors: ['snapshot.not_found', 'snapshot.unfinished', 'snapshot.kept', 'snapshot.needed'],
});

export const keepSnapshotForever = route({
  method: 'POST',
  path: '/api/v1/snapshots/{id}/keep-forever',
  tag: 'snapshots',
  summary: 'Keep a snapshot whatever the retention policy says, or give that up',
  access: holdersOf('snapshots:write'),
  params: IdParams,
  bodyOptional: true,
  body: z.strictObject({ keep_forever: z.boolean().default(true) }).optional(),
  response: Snapshot,
  errors: ['snapshot.not_found'],
});

const policyQuery = z.strictObject({ project_id: Id.optional(), instance_id: InstanceId.optional() });

export const getRetentionPolicy = route({
  method: 'GET',
  path: '/api/v1/snapshots/retention-policy',
  tag: 'snapshots',
  summary: 'How many snapshots are kept: of a machine, else of its project, else by default',
  access: holdersOf('snapshots:read'),
  query: policyQuery,
  response: RetentionInForce,
  errors: ['project.not_found', 'machine.not_found'],
});

export const putRetentionPolicy = route({
  method: 'PUT',
  path: '/api/v1/snapshots/retention-policy',
  tag: 'snapshots',
  summary: 'Say how many snapshots are kept',
  access: holdersOf('snapshots:write'),
  query: policyQuery,
  body: RetentionPolicy,
  response: RetentionInForce,
  errors: ['project.not_found', 'machine.not_found'],
});

export const deleteRetentionPolicy = route({
  method: 'DELETE',
  path: '/api/v1/snapshots/retention-policy',
  tag: 'snapshots',
  summary:
    'Give up what was said: of a machine, as its project again; of a project, by default. Answers what holds',
  access: holdersOf('snapshots:write'),
  query: policyQuery,
  response: RetentionInForce,
  errors: ['project.not_found', 'machine.not_found'],
});

export const cleanUpSnapshots = route({
  method: 'POST',
  path: '/api/v1/snapshots/cleanup',
  tag: 'snapshots',
  summary: 'Delete now what the retention policy does not keep; `dry_run` only says what that is',
  access: holdersOf('snapshots:write'),
  bodyOptional: true,
  body: z
    .strictObject({ instance_id: InstanceId.optional(), dry_run: z.boolean().default(false) })
    .optional(),
  response: z.strictObject({
    success: z.boolean(),
    dry_run: z.boolean(),
    deleted: z.array(Id),
    kept: z.number().int(),
  }),
});

export const pruneSnapshots = route({
  method: 'POST',
  path: '/api/v1/snapshots/prune',
  tag: 'snapshots',
  summary: 'Free the space of deleted snapshots, as soon as nothing else works on their repositories',
  access: holdersOf('snapshots:write'),
  bodyOptional: true,
  body: z.strictObject({ instance_id: InstanceId.optional() }).optional(),
  status: 202,
  response: z.strictObject({ success: z.boolean(), repositories: z.number().int() }),
});
