import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { proseOf } from '@dumont/contracts/findings';
import type { Clock } from '../../kernel/clock.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import { createMachineFor } from './machine-for.ts';
import type { Machines } from './machines-port.ts';
import { problemsOf, type SnapshotRow, type SnapshotStore } from './snapshot-store.ts';
import type { SnapshotsApi } from './snapshots-api.ts';
import { agoText, sizeText } from './words.ts';

export type SyncOperation = 'syncInstance' | 'getSyncStatus';

const figuresOf = (row: SnapshotRow) => ({
  files_new: row.files_new,
  files_changed: row.files_changed,
  files_unmodified: row.files_unmodified,
  data_added: row.data_added_bytes === null ? null : sizeText(row.data_added_bytes),
  data_added_bytes: row.data_added_bytes,
  duration_seconds: row.duration_seconds,
});

const errorOf = (row: SnapshotRow): string | null => {
  const [problem] = row.state === 'partial' ? problemsOf(row) : [];
  return row.error_message ?? (problem === undefined ? null : proseOf(problem));
};

/** Saving what changed in a running machine, now, and when that was last done. */
export const createSyncHandlers = (deps: {
  readonly api: Pick<SnapshotsApi, 'create' | 'waitFor'>;
  readonly store: Pick<SnapshotStore, 'findSyncUnderWay' | 'hasBefore' | 'readSyncs'>;
  readonly machines: Machines | undefined;
  readonly clock: Clock;
}): Handlers<SyncOperation> => {
  const { api, store, clock } = deps;
  const machineFor = createMachineFor(deps.machines);

  return {
    syncInstance: async ({ caller, params, query, context }) => {
      const machine = await machineFor(caller, 'snapshots:write', params.id);
      await deps.machines?.checkRunning(machine.id);
      const paths = [query.source_path];
      const underWay =
        query.force === true ? undefined : await store.findSyncUnderWay(machine.id, paths, machine.epoch);
      const asked = underWay ?? (await api.create(machine, { kind: 'auto', paths, ownerId: caller.userId }));
      const row = query.wait === false ? asked : await api.waitFor(asked.id, context.signal);
      return {
        success: row.state !== 'failed',
        instance_id: machine.id,
        snapshot_id: row.id,
        state: row.state as Snapshot['state'],
        ...figuresOf(row),
        is_incremental: await store.hasBefore(row),
        error: errorOf(row),
      };
    },
    getSyncStatus: async ({ caller, params }) => {
      const machine = await machineFor(caller, 'snapshots:read', params.id);
      const { latest, last, verified, isSyncing } = await store.readSyncs(machine.id);
      const at = last?.finished_at ?? undefined;
      const ageSeconds =
        at === undefined ? null : Math.max(0, Math.floor((clock.now().getTime() - at.getTime()) / 1000));
      return {
        instance_id: machine.id,
        synced: last !== undefined,
        is_syncing: isSyncing,
        last_sync: at?.toISOString() ?? null,
        last_sync_ago: ageSeconds === null ? null : agoText(ageSeconds),
        last_sync_age_seconds: ageSeconds,
        last_snapshot_id: last?.id ?? null,
        sync_count: verified,
        last_stats: last === undefined ? null : figuresOf(last),
        error: latest === undefined ? null : errorOf(latest),
      };
    },
  };
};
