import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { flag, Id, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';
import { FolderPath, InstanceId, snapshotStates } from './snapshots.ts';

/** Field names are those of the compatible machines API. A sync is a snapshot of kind `auto`: incremental, verified. */

const figures = {
  files_new: z.number().int().nullable(),
  files_changed: z.number().int().nullable(),
  files_unmodified: z.number().int().nullable(),
  /** For people: `1.5 MB`. */
  data_added: z.string().nullable(),
  data_added_bytes: z.number().int().nullable(),
  duration_seconds: z.number().nullable(),
};

const params = z.strictObject({ id: InstanceId });

export const syncInstance = route({
  method: 'POST',
  path: '/api/v1/instances/{id}/sync',
  tag: 'snapshots',
  summary: 'Save now what changed in a running machine, and verify it; one that is under way is joined',
  access: holdersOf('snapshots:write'),
  params,
  query: z.strictObject({
    /** One of its own, after the one that is under way. */
    force: flag.optional(),
    source_path: FolderPath.default('/workspace'),
    /** `false`: answer at once, and it goes on. */
    wait: flag.optional(),
  }),
  response: z.strictObject({
    success: z.boolean(),
    instance_id: Id,
    snapshot_id: Id,
    state: z.enum(snapshotStates),
    ...figures,
    /** Only what changed since an earlier one of the same folder was stored. */
    is_incremental: z.boolean(),
    error: z.string().nullable(),
  }),
  errors: ['machine.not_found', 'machine.unreachable', 'machine.state'],
});

export const getSyncStatus = route({
  method: 'GET',
  path: '/api/v1/instances/{id}/sync/status',
  tag: 'snapshots',
  summary: 'When a machine was last synced, and how that went',
  access: holdersOf('snapshots:read'),
  params,
  response: z.strictObject({
    instance_id: Id,
    /** There is a verified sync of it. */
    synced: z.boolean(),
    is_syncing: z.boolean(),
    last_sync: Timestamp.nullable(),
    /** For people: `5 min ago`. */
    last_sync_ago: z.string().nullable(),
    last_sync_age_seconds: z.number().int().nullable(),
    last_snapshot_id: Id.nullable(),
    /** Verified ones that are still kept. */
    sync_count: z.number().int(),
    last_stats: z.strictObject(figures).nullable(),
    /** What the latest one met; null when it went well. */
    error: z.string().nullable(),
  }),
  errors: ['machine.not_found', 'machine.unreachable'],
});
