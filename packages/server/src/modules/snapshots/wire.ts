import type { Snapshot, SnapshotRestore } from '@dumont/contracts/snapshots/snapshots';
import { told } from '@dumont/contracts/findings';
import type { RestoreRow } from './restore/restore-store.ts';
import { problemsOf, type SnapshotRow } from './snapshot-store.ts';

const failureOn = (
  row: Pick<SnapshotRow, 'error_code' | 'error_params' | 'error_message'>,
): Pick<Snapshot, 'error_code' | 'error_params' | 'error'> => ({
  error_code: row.error_code,
  error_params: row.error_params as Snapshot['error_params'],
  error: row.error_message,
});

export const showSnapshot = (row: SnapshotRow): Snapshot => ({
  id: row.id,
  short_id: row.restic_id?.slice(0, 8) ?? null,
  restic_id: row.restic_id,
  instance_id: row.machine_id,
  project_id: row.project_id,
  time: row.created_at.toISOString(),
  hostname: row.machine_id,
  kind: row.kind as Snapshot['kind'],
  epoch: row.epoch,
  tags: row.tags,
  paths: row.paths,
  excludes: row.excludes,
  state: row.state as Snapshot['state'],
  percent: row.percent,
  files_new: row.files_new,
  files_changed: row.files_changed,
  files_unmodified: row.files_unmodified,
  total_files_processed: row.total_files,
  total_bytes_processed: row.total_bytes,
  data_added: row.data_added_bytes,
  duration_seconds: row.duration_seconds,
  verify_seconds: row.verify_seconds,
  files_changed_meanwhile: row.files_in_motion,
  manifest_sha256: row.manifest_sha256,
  problems: problemsOf(row).map(told),
  keep_forever: row.keep_forever,
  ...failureOn(row),
  finished_at: row.finished_at?.toISOString() ?? null,
});

export const showRestore = (row: RestoreRow): SnapshotRestore => ({
  id: row.id,
  success: row.state === 'complete',
  state: row.state as SnapshotRestore['state'],
  snapshot_id: row.snapshot_id,
  instance_id: row.machine_id,
  target_path: row.target_path,
  files_restored: row.files_restored,
  bytes_restored: row.bytes_restored,
  errors: row.errors,
  ...failureOn(row),
  first_command_seconds: row.first_command_seconds,
  hot_set_seconds: row.hot_seconds,
  complete_seconds: row.complete_seconds,
  verified_seconds: row.verify_seconds,
  megabytes_per_second:
    row.bytes_restored === null || row.complete_seconds === null || row.complete_seconds === 0
      ? null
      : row.bytes_restored / 1e6 / row.complete_seconds,
});
