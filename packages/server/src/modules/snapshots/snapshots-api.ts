import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import type { Clock } from '../../kernel/clock.ts';
import { systemScope } from '../../kernel/access/caller.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { MachineRef } from './machines-port.ts';
import { takeInUnknown } from './maintenance/unknown-snapshots.ts';
import { checkExcludes } from './manifest/excludes.ts';
import type { Manifests } from './manifest/manifest-blobs.ts';
import type { Repositories } from './repositories.ts';
import type { RestoreRow, RestoreStore } from './restore/restore-store.ts';
import { workEvent } from './save-leased.ts';
import type { SnapshotRow, SnapshotStore } from './snapshot-store.ts';

/** What other modules do with snapshots. Work is done by whichever replica is free, and outlives the caller. */
export interface SnapshotsApi {
  /** Asks for a snapshot. The same `requestKey` is the same snapshot, whatever died in between. */
  create(machine: MachineRef, request: SnapshotRequest): Promise<SnapshotRow>;
  find(id: string): Promise<SnapshotRow | undefined>;
  findRestore(id: string): Promise<RestoreRow | undefined>;
  /** Resolves when it is verified, partial or failed; rejects when the signal aborts. */
  waitFor(id: string, signal: AbortSignal): Promise<SnapshotRow>;
  /** Throws `snapshot.not_found` and `snapshot.not_restorable`. */
  restore(machine: MachineRef, request: RestoreRequest): Promise<RestoreRow>;
  waitForRestore(id: string, signal: AbortSignal): Promise<RestoreRow>;
  /**
   * What a machine that is gone is brought back from: the last verified snapshot that holds all of these folders with
   * nothing left out, else the last one that is verified at all.
   */
  findLastVerified(machineId: string, paths: readonly string[]): Promise<SnapshotRow | undefined>;
  /**
   * What the repository of a machine has of these folders that is newer than a snapshot, and that the database did not
   * know of until now or a restore from a backup: whoever brings that one back loses files. The newest of them.
   */
  findNewer(
    machineId: string,
    snapshotId: string,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<SnapshotRow | undefined>;
  /** Nobody wants it any more: the work on it ends within seconds. One that is finished stays as it is. */
  cancel(id: string): Promise<void>;
  readonly repositories: Pick<Repositories, 'storageCredentialsFor' | 'raiseEpoch' | 'revoke'>;
}

export interface SnapshotRequest {
  readonly requestKey?: string;
  readonly kind: Snapshot['kind'];
  readonly paths: readonly string[];
  readonly excludes?: readonly string[];
  readonly tags?: readonly string[];
  readonly ownerId?: string | null;
}

export interface RestoreRequest {
  readonly requestKey?: string;
  readonly snapshotId: string;
  /** `/` brings everything back to where it was; any other folder gets the whole paths below it. */
  readonly targetPath: string;
  /** Only what lies here or below. */
  readonly paths?: readonly string[];
  /** Read every file back and compare it. */
  readonly verify?: boolean;
  readonly ownerId?: string | null;
}

export interface SnapshotsApiDeps {
  readonly db: Database;
  readonly events: Events;
  readonly store: SnapshotStore;
  readonly restores: RestoreStore;
  readonly repositories: Repositories;
  readonly manifests: Pick<Manifests, 'find'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: Random;
  wakeSnapshots(): void;
  wakeRestores(): void;
}

const pollMs = 250;

export const createSnapshotsApi = (deps: SnapshotsApiDeps): SnapshotsApi => {
  const { store, restores, repositories, clock, random } = deps;

  const until = async <T>(
    find: () => Promise<T | undefined>,
    isOver: (row: T) => boolean,
    signal: AbortSignal,
  ) => {
    for (;;) {
      signal.throwIfAborted();
      const row = await find();
      if (row === undefined) throw new AppError('snapshot.not_found');
      if (isOver(row)) return row;
      await clock.sleep(pollMs, signal);
    }
  };

  return {
    repositories,
    create: async (machine, request) => {
      const excludes = [...(request.excludes ?? [])];
      checkExcludes(excludes, request.paths);
      await repositories.register(machine);
      const now = clock.now();
      const row = await store.insert({
        id: random.id(),
        request_key: request.requestKey ?? null,
        machine_id: machine.id,
        project_id: machine.projectId,
        owner_id: request.ownerId ?? machine.ownerId,
        epoch: machine.epoch,
        kind: request.kind,
        paths: [...request.paths],
        excludes,
        tags: [...(request.tags ?? [])],
        created_at: now,
        due_at: now,
      });
      deps.wakeSnapshots();
      return row;
    },
    find: (id) => store.find(systemScope, id),
    cancel: (id) =>
      deps.db.transaction().execute(async (tx) => {
        const row = await store.cancel(tx, id, clock.now());
        if (row !== undefined) await deps.events.publish(tx, workEvent('snapshot.cancelled', row.id, row));
      }),
    findRestore: (id) => restores.find(systemScope, id),
    waitFor: (id, signal) =>
      until(
        () => store.find(systemScope, id),
        ({ state }) => state !== 'creating' && state !== 'verifying',
        signal,
      ),
    restore: async (machine, request) => {
      const snapshot = await store.find(systemScope, request.snapshotId);
      if (snapshot === undefined) throw new AppError('snapshot.not_found');
      if (snapshot.state === 'creating' || snapshot.state === 'verifying')
        throw new AppError('snapshot.unfinished');
      if (snapshot.state === 'failed') throw new AppError('snapshot.not_restorable', { id: snapshot.id });
      const now = clock.now();
      const row = await restores.insert({
        id: random.id(),
        request_key: request.requestKey ?? null,
        snapshot_id: snapshot.id,
        machine_id: machine.id,
        project_id: machine.projectId,
        owner_id: request.ownerId ?? machine.ownerId,
        epoch: machine.epoch,
        target_path: request.targetPath,
        paths: [...(request.paths ?? [])],
        verify: request.verify ?? true,
        created_at: now,
        due_at: now,
      });
      deps.wakeRestores();
      return row;
    },
    waitForRestore: (id, signal) =>
      until(
        () => restores.find(systemScope, id),
        ({ state }) => state !== 'restoring',
        signal,
      ),
    findNewer: async (machineId, snapshotId, paths, signal) => {
      const snapshot = await store.find(systemScope, snapshotId);
      // It may be of another machine, which this one began with.
      if (snapshot?.machine_id !== machineId) return undefined;
      const repository = await repositories.get(machineId);
      await takeInUnknown(deps, repository, await repositories.serverRestic(machineId), signal);
      return store.findFoundAfter(machineId, snapshotId, paths);
    },
    findLastVerified: async (machineId, paths) =>
      (await store.findLastWhole(machineId, paths)) ?? store.findLastVerified(machineId),
  };
};
