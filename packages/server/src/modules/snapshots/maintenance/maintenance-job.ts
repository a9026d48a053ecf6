import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import type { Events } from '../../../kernel/events/events.ts';
import { LeaseLost, type Lease } from '../../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { MarketApi } from '../../market/index.ts';
import type { Manifests } from '../manifest/manifest-blobs.ts';
import type { Repositories } from '../repositories.ts';
import type { RepositoryRow } from '../repository-store.ts';
import { ResticFailure } from '../restic/failure.ts';
import type { Restic } from '../restic/restic.ts';
import { createSaveLeased } from '../save-leased.ts';
import { rowTag } from '../snapshot-job.ts';
import type { SnapshotRow, SnapshotStore } from '../snapshot-store.ts';
import type { MaintenanceStore } from './maintenance-store.ts';
import { chooseExpired, type Candidate } from './retention.ts';
import type { RetentionStore } from './retention-store.ts';
import { takeInUnknown } from './unknown-snapshots.ts';

export interface MaintenanceDeps {
  readonly db: Database;
  readonly store: MaintenanceStore;
  readonly snapshots: SnapshotStore;
  readonly retention: RetentionStore;
  readonly repositories: Repositories;
  readonly manifests: Manifests;
  readonly market: Pick<MarketApi, 'idSince'>;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Logger;
}

const hourMs = 3600 * 1000;
const pauseMs = hourMs;
const afterFailureMs = hourMs / 4;
/** A part of the data is read each day: all of it within a month. */
const checkEveryMs = 24 * hourMs;
const checkParts = 30;
const pruneEveryMs = 7 * 24 * hourMs;
const maxMessageLength = 2000;

export const candidateOf = (row: SnapshotRow): Candidate => ({
  id: row.id,
  kind: row.kind as Candidate['kind'],
  state: row.state as Candidate['state'],
  createdAt: row.created_at,
  keepForever: row.keep_forever,
  paths: row.paths,
  excludes: row.excludes,
});

/**
 * Looks after one repository while nothing else works on it: takes away dead locks, snapshots that may go and data that
 * nobody uses, and reads a part of what is left to see whether it still can be read.
 */
export const createMaintenanceJob = (deps: MaintenanceDeps) => {
  const { store, snapshots, repositories, clock } = deps;

  const saveLeased = createSaveLeased({ ...deps, what: 'the repository' });
  const save = async (
    row: RepositoryRow,
    lease: Lease,
    changes: Parameters<MaintenanceStore['updateLeased']>[3],
    event?: string,
  ): Promise<void> => {
    await saveLeased(
      lease,
      (tx) => store.updateLeased(tx, row.machine_id, lease.token, changes),
      event === undefined ? undefined : { name: event, entityId: row.machine_id, of: row },
    );
  };

  const finish = async (
    row: RepositoryRow,
    lease: Lease,
    waitMs: number,
    changes: { readonly size_bytes?: number } = {},
  ): Promise<void> => {
    const nextAt = new Date(clock.now().getTime() + waitMs);
    await saveLeased(lease, (tx) => store.finishLeased(tx, row, lease.token, { ...changes, nextAt }));
  };

  /**
   * Of before the database was restored or cloned: another installation may have the same repositories, and wake its
   * machines from these. From here they go by the word of a user only.
   */
  const isShared = ({ created_at: createdAt }: SnapshotRow): boolean =>
    deps.market.idSince !== null && createdAt < deps.market.idSince;

  /** Answers whether anything went. */
  const forget = async (row: RepositoryRow, restic: Restic, signal: AbortSignal): Promise<boolean> => {
    const finished = await snapshots.listFinished(row.machine_id);
    const policy = await deps.retention.get(row.project_id, row.machine_id);
    const living = finished.filter((snapshot) => snapshot.delete_requested_at === null);
    const expired = new Set(chooseExpired(living.map(candidateOf), policy, clock.now()).map(({ id }) => id));
    const going: SnapshotRow[] = [];
    for (const snapshot of finished) {
      const isAsked =
        snapshot.delete_requested_at !== null || (expired.has(snapshot.id) && !isShared(snapshot));
      if (isAsked && !(await snapshots.isBeingRestored(snapshot.id))) going.push(snapshot);
    }
    if (going.length === 0) return false;
    // By tag: a backup that was tried twice left two.
    const stored = await restic.listSnapshots([], signal);
    const tags = new Set(going.map(({ id }) => rowTag(id)));
    const ids = stored.filter((found) => found.tags.some((tag) => tags.has(tag))).map(({ id }) => id);
    await restic.forget(ids, signal);
    for (const { id } of going) {
      await deps.manifests.delete(id);
      await snapshots.delete(id);
    }
    return true;
  };

  const check = async (row: RepositoryRow, restic: Restic, lease: Lease): Promise<void> => {
    const part = (row.check_part % checkParts) + 1;
    try {
      await restic.check({ part, parts: checkParts }, lease.signal);
      await save(row, lease, { check_part: part, checked_at: clock.now(), check_error: null });
    } catch (error) {
      // Found something, and not just unable to look.
      if (!(error instanceof ResticFailure) || error.kind !== 'failed' || lease.signal.aborted) throw error;
      deps.log.error({ error, machineId: row.machine_id }, 'a repository is damaged');
      await save(
        row,
        lease,
        {
          check_part: part,
          checked_at: clock.now(),
          check_error: error.message.slice(0, maxMessageLength),
        },
        'repository.damaged',
      );
    }
  };

  const isDue = (last: Date | null, everyMs: number): boolean =>
    last === null || clock.now().getTime() - last.getTime() >= everyMs;

  const maintain = async (row: RepositoryRow, lease: Lease): Promise<void> => {
    await repositories.releaseDeadLocks(row.machine_id);
    const restic = await repositories.serverRestic(row.machine_id);
    await takeInUnknown({ ...deps, store: snapshots }, row, restic, lease.signal);
    const hasForgotten = await forget(row, restic, lease.signal);
    const isPruneDue = isDue(row.pruned_at, pruneEveryMs) && (hasForgotten || row.pruned_at !== null);
    if (row.prune_requested || isPruneDue) {
      await restic.prune(lease.signal);
      await save(row, lease, { pruned_at: clock.now(), prune_requested: false });
    }
    if (isDue(row.checked_at, checkEveryMs)) await check(row, restic, lease);
    const packs = await repositories.files(row.machine_id).list('data', lease.signal);
    await finish(row, lease, pauseMs, {
      size_bytes: packs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    });
  };

  return async (row: RepositoryRow, lease: Lease): Promise<void> => {
    try {
      await maintain(row, lease);
    } catch (error) {
      if (lease.signal.aborted || error instanceof LeaseLost) throw error;
      deps.log.warn(
        { error, machineId: row.machine_id },
        'a repository could not be looked after; trying again',
      );
      await finish(row, lease, afterFailureMs);
    }
  };
};
