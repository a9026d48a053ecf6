import type { Finding } from '@dumont/contracts/finding';
import { found } from '@dumont/contracts/findings';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { failureOf, noFailure } from '../../kernel/failure.ts';
import type { Events } from '../../kernel/events/events.ts';
import { LeaseLost, type Lease } from '../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Machines, OpenMachine } from './machines-port.ts';
import { createMachineFiles } from './manifest/machine-files.ts';
import { manifestSha256 } from './manifest/manifest.ts';
import type { Manifests } from './manifest/manifest-blobs.ts';
import { openRepository } from './reader/repository-reader.ts';
import type { Repositories } from './repositories.ts';
import type { ResticTuning } from './restic/access.ts';
import { createRestic, type BackupResult } from './restic/restic.ts';
import { createSaveLeased } from './save-leased.ts';
import { judgeFailure } from './retry.ts';
import { problemsOf, type SnapshotRow, type SnapshotStore } from './snapshot-store.ts';
import { verifySnapshot, type Verification } from './verify.ts';

export interface SnapshotJobDeps {
  readonly db: Database;
  readonly store: SnapshotStore;
  readonly repositories: Repositories;
  readonly machines: Machines;
  readonly manifests: Manifests;
  readonly events: Events;
  readonly tuning: ResticTuning;
  readonly clock: Clock;
  readonly log: Logger;
}

const backupTimeoutSeconds = 24 * 3600;
const progressMs = 2000;
const maxProblems = 50;
/** Kinds after which the machine is destroyed: nothing may have changed while they were made. */
const licensing = new Set(['hibernate', 'migrate']);

/** Finds a snapshot again whose record was lost: the id of our row, written before the effect. */
export const rowTag = (id: string): string => `snapshot:${id}`;

/**
 * Makes one snapshot: back up, then verify. May be taken up by another process at any point; a backup that was made and
 * not recorded is found by its tag.
 */
export const createSnapshotJob = (deps: SnapshotJobDeps) => {
  const { store, repositories, clock, log } = deps;

  const saveLeased = createSaveLeased({ ...deps, what: 'the snapshot' });
  const save = (
    row: SnapshotRow,
    lease: Lease,
    changes: Parameters<SnapshotStore['updateLeased']>[3],
    event?: string,
  ): Promise<SnapshotRow> =>
    saveLeased(
      lease,
      (tx) => store.updateLeased(tx, row.id, lease.token, changes),
      event === undefined ? undefined : { name: event, entityId: row.id, of: row },
    );

  const backUp = async (row: SnapshotRow, open: OpenMachine, lease: Lease): Promise<BackupResult> => {
    const { shell, serverUrl, resticProgram } = open;
    const access = await repositories.storageCredentialsFor({
      machineId: row.machine_id,
      epoch: row.epoch,
      serverUrl,
    });
    const restic = createRestic({
      shell,
      program: resticProgram,
      access,
      tuning: deps.tuning,
      cacheFolder: `${shell.toolsFolder}/cache`,
      timeoutSeconds: backupTimeoutSeconds,
    });
    let shownMs = clock.elapsedMs();
    return restic.backup(
      {
        paths: row.paths,
        host: row.machine_id,
        tags: [
          rowTag(row.id),
          `machine:${row.machine_id}`,
          `epoch:${row.epoch}`,
          `kind:${row.kind}`,
          ...row.tags,
        ],
        excludes: row.excludes,
        onProgress: ({ percent }) => {
          if (clock.elapsedMs() - shownMs < progressMs) return;
          shownMs = clock.elapsedMs();
          // Only for show: a lost one is followed by the next.
          store.updateLeased(deps.db, row.id, lease.token, { percent }).catch(() => undefined);
        },
      },
      lease.signal,
    );
  };

  const create = async (row: SnapshotRow, open: OpenMachine, lease: Lease): Promise<SnapshotRow> => {
    await repositories.ensure(open.machine, lease.signal);
    const server = await repositories.serverRestic(row.machine_id);
    const find = async (): Promise<string | undefined> =>
      (await server.listSnapshots([rowTag(row.id)], lease.signal)).at(-1)?.id;
    const before = row.attempts > 1 ? await find() : undefined;
    if (before !== undefined)
      return save(row, lease, { state: 'verifying', restic_id: before, percent: null });
    const { summary, isPartial, unreadable } = await backUp(row, open, lease);
    // Older versions say only the beginning of it.
    const resticId = summary.snapshotId.length === 64 ? summary.snapshotId : await find();
    if (resticId === undefined) throw new Error('the snapshot that was just made is not in the repository');
    const isSilent = isPartial && unreadable.length === 0;
    const problems = isSilent ? [found('snapshot.some_unreadable')] : unreadable.map(asSaid);
    return save(row, lease, {
      state: 'verifying',
      restic_id: resticId,
      percent: null,
      files_new: summary.filesNew,
      files_changed: summary.filesChanged,
      files_unmodified: summary.filesUnmodified,
      total_files: summary.totalFiles,
      total_bytes: summary.totalBytes,
      data_added_bytes: summary.dataAddedBytes,
      duration_seconds: summary.durationSeconds,
      problems: JSON.stringify(problems),
    });
  };

  const verify = async (row: SnapshotRow, open: OpenMachine, lease: Lease): Promise<void> => {
    const startedMs = clock.elapsedMs();
    const previous = await store.findLastVerified(row.machine_id);
    const reader = await openRepository(
      repositories.files(row.machine_id),
      await repositories.password(row.machine_id),
      lease.signal,
    );
    const verification = await verifySnapshot({
      reader,
      machineFiles: createMachineFiles(open.shell),
      snapshotId: row.restic_id ?? '',
      paths: row.paths,
      excludes: row.excludes,
      previous: previous === undefined ? undefined : await deps.manifests.find(previous.id),
      hashesAll: licensing.has(row.kind),
      signal: lease.signal,
    });
    await deps.manifests.put(row.id, verification.manifest);
    const { state, problems } = judge(row, verification);
    const { files } = verification.manifest;
    await save(
      row,
      lease,
      {
        state,
        problems: JSON.stringify(problems.slice(0, maxProblems)),
        manifest_sha256: manifestSha256(verification.manifest),
        files_hashed: verification.filesHashed,
        files_in_motion: verification.inMotion.length,
        total_files: row.total_files ?? files.length,
        total_bytes: row.total_bytes ?? files.reduce((sum, file) => sum + file.sizeBytes, 0),
        verify_seconds: (clock.elapsedMs() - startedMs) / 1000,
        finished_at: clock.now(),
        lease_token: null,
        lease_expires_at: null,
        // What went wrong in an attempt before this one is over.
        ...(state === 'failed'
          ? failureOf(found('snapshot.mismatch', { files: verification.mismatched.length }))
          : noFailure),
      },
      `snapshot.${state}`,
    );
  };

  const fail = async (row: SnapshotRow, lease: Lease, error: unknown): Promise<void> => {
    const verdict = judgeFailure(error, row.attempts);
    log.warn({ error, snapshotId: row.id, machineId: row.machine_id }, 'a snapshot could not be made');
    const free = { lease_token: null, lease_expires_at: null, ...verdict.failure };
    if (verdict.again) {
      await save(row, lease, { ...free, due_at: new Date(clock.now().getTime() + verdict.afterMs) });
      return;
    }
    await save(row, lease, { ...free, state: 'failed', finished_at: clock.now() }, 'snapshot.failed');
  };

  return async (row: SnapshotRow, lease: Lease): Promise<void> => {
    try {
      await using open = await deps.machines.open(row.machine_id, lease.signal);
      if (open.machine.epoch !== row.epoch) throw new AppError('repository.epoch');
      const made = row.state === 'creating' ? await create(row, open, lease) : row;
      await verify(made, open, lease);
    } catch (error) {
      if (lease.signal.aborted || error instanceof LeaseLost) throw error;
      await fail(row, lease, error);
    }
  };
};

/** What restic, or `find`, says of a file. */
const asSaid = (words: string): Finding => found('restic.words', { words });

/** What the comparison makes of a snapshot: only `verified` may be followed by a destroy. */
const judge = (
  row: SnapshotRow,
  { mismatched, missing, unreadable, inMotion }: Verification,
): { state: 'verified' | 'partial' | 'failed'; problems: readonly Finding[] } => {
  const before = problemsOf(row);
  const said = [
    ...mismatched.map((path) => found('snapshot.differs', { path })),
    ...missing.map((path) => found('snapshot.missing', { path })),
    ...unreadable.map(asSaid),
    ...before,
    ...inMotion.map((path) => found('snapshot.changed_meanwhile', { path })),
  ];
  if (mismatched.length > 0) return { state: 'failed', problems: said };
  const isWhole = missing.length + unreadable.length + before.length === 0;
  const isStill = inMotion.length === 0 || !licensing.has(row.kind);
  return { state: isWhole && isStill ? 'verified' : 'partial', problems: said };
};
