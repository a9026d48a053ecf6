import { found } from '@dumont/contracts/findings';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import { failureOf, noFailure } from '../../../kernel/failure.ts';
import type { Events } from '../../../kernel/events/events.ts';
import { LeaseLost, type Lease } from '../../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../../kernel/log.ts';
import { systemScope } from '../../../kernel/access/caller.ts';
import type { Machines } from '../machines-port.ts';
import { createMachineFiles } from '../manifest/machine-files.ts';
import { pathBytes } from '../manifest/manifest.ts';
import type { Manifests } from '../manifest/manifest-blobs.ts';
import type { Repositories } from '../repositories.ts';
import type { ResticTuning } from '../restic/access.ts';
import { createRestic } from '../restic/restic.ts';
import { createSaveLeased } from '../save-leased.ts';
import { judgeFailure } from '../retry.ts';
import type { SnapshotStore } from '../snapshot-store.ts';
import { restoreFiles } from './restore-files.ts';
import type { RestoreRow, RestoreStore } from './restore-store.ts';

export interface RestoreJobDeps {
  readonly db: Database;
  readonly store: RestoreStore;
  readonly snapshots: SnapshotStore;
  readonly repositories: Repositories;
  readonly machines: Machines;
  readonly manifests: Manifests;
  readonly events: Events;
  readonly tuning: ResticTuning;
  readonly clock: Clock;
  readonly log: Logger;
}

const restoreTimeoutSeconds = 24 * 3600;
const maxErrors = 50;

const isBelow = (file: { readonly path: string }, paths: readonly string[]): boolean =>
  paths.length === 0 ||
  paths.some((path) => {
    const bytes = pathBytes(path);
    return file.path === bytes || file.path.startsWith(`${bytes}/`);
  });

/** Brings one snapshot back to a machine. May be taken up by another process at any point. */
export const createRestoreJob = (deps: RestoreJobDeps) => {
  const { store, clock, log } = deps;

  const saveLeased = createSaveLeased({ ...deps, what: 'the restore' });
  const save = (
    row: RestoreRow,
    lease: Lease,
    changes: Parameters<RestoreStore['updateLeased']>[3],
    event?: string,
  ): Promise<RestoreRow> =>
    saveLeased(
      lease,
      (tx) => store.updateLeased(tx, row.id, lease.token, changes),
      event === undefined ? undefined : { name: event, entityId: row.id, of: row },
    );

  const restore = async (row: RestoreRow, lease: Lease): Promise<void> => {
    const secondsSince = (): number => (clock.now().getTime() - row.created_at.getTime()) / 1000;
    const snapshot = await deps.snapshots.find(systemScope, row.snapshot_id);
    const manifest = await deps.manifests.find(row.snapshot_id);
    const resticId = snapshot?.restic_id ?? undefined;
    if (snapshot === undefined || resticId === undefined || manifest === undefined)
      throw new AppError('snapshot.not_restorable', { id: row.snapshot_id });
    await using open = await deps.machines.open(row.machine_id, lease.signal);
    if (open.machine.epoch !== row.epoch) throw new AppError('repository.epoch');
    const access = await deps.repositories.readCredentialsFor({
      machineId: snapshot.machine_id,
      holder: open.machine,
      serverUrl: open.serverUrl,
    });
    const restic = createRestic({
      shell: open.shell,
      program: open.resticProgram,
      access,
      tuning: deps.tuning,
      cacheFolder: `${open.shell.toolsFolder}/cache`,
      timeoutSeconds: restoreTimeoutSeconds,
    });
    const files = manifest.files.filter((file) => isBelow(file, row.paths));
    const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    const result = await restoreFiles({
      restic,
      machineFiles: createMachineFiles(open.shell),
      snapshotId: resticId,
      snapshotSeconds: snapshot.created_at.getTime() / 1000,
      files,
      links: manifest.links.filter((link) => isBelow(link, row.paths)),
      paths: row.paths,
      targetPath: row.target_path,
      verify: row.verify,
      isRepeated: row.attempts > 1,
      reached: { first: row.first_command_seconds !== null, hot: row.hot_seconds !== null },
      onFirst: async () => void (await save(row, lease, { first_command_seconds: secondsSince() })),
      onHot: async () => void (await save(row, lease, { hot_seconds: secondsSince() })),
      onComplete: async () =>
        void (await save(row, lease, {
          complete_seconds: secondsSince(),
          files_restored: files.length,
          bytes_restored: bytes,
        })),
      signal: lease.signal,
    });
    await open.letIn();
    await deps.repositories.endReading(snapshot.machine_id, open.machine.id);
    const errors = [...result.wrong.map((path) => `wrong: ${path}`), ...result.errors];
    const isGood = errors.length === 0;
    await save(
      row,
      lease,
      {
        state: isGood ? 'complete' : 'failed',
        errors: errors.slice(0, maxErrors),
        verify_seconds: row.verify ? secondsSince() : null,
        finished_at: clock.now(),
        lease_token: null,
        lease_expires_at: null,
        ...(isGood ? noFailure : failureOf(found('restore.files', { files: errors.length }))),
      },
      isGood ? 'snapshot.restored' : 'snapshot.restore_failed',
    );
  };

  const fail = async (row: RestoreRow, lease: Lease, error: unknown): Promise<void> => {
    const verdict = judgeFailure(error, row.attempts);
    log.warn({ error, restoreId: row.id, machineId: row.machine_id }, 'a restore was interrupted');
    const free = { lease_token: null, lease_expires_at: null, ...verdict.failure };
    if (verdict.again) {
      await save(row, lease, { ...free, due_at: new Date(clock.now().getTime() + verdict.afterMs) });
      return;
    }
    await save(row, lease, { ...free, state: 'failed', finished_at: clock.now() }, 'snapshot.restore_failed');
  };

  return async (row: RestoreRow, lease: Lease): Promise<void> => {
    try {
      await restore(row, lease);
    } catch (error) {
      if (lease.signal.aborted || error instanceof LeaseLost) throw error;
      await fail(row, lease, error);
    }
  };
};
