import { found as finding } from '@dumont/contracts/findings';
import type { Clock } from '../../../kernel/clock.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Manifests } from '../manifest/manifest-blobs.ts';
import type { Repositories } from '../repositories.ts';
import type { RepositoryRow } from '../repository-store.ts';
import type { ResticSnapshot } from '../restic/messages.ts';
import type { Restic } from '../restic/restic.ts';
import { rowTag } from '../snapshot-job.ts';
import type { SnapshotStore } from '../snapshot-store.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const kinds: readonly string[] = ['auto', 'manual', 'hibernate', 'migrate'];

const tagged = ({ tags }: ResticSnapshot, name: string): string | undefined =>
  tags.find((tag) => tag.startsWith(`${name}:`))?.slice(name.length + 1);

/**
 * Writes down what is in a repository and in no row: the database was restored from a backup that is older. What came
 * of its comparison is lost with its row, so that it counts as partial: it can be restored, licenses nothing, takes the
 * place of no other, and stays until somebody says that it may go.
 */
export const takeInUnknown = async (
  deps: {
    readonly store: Pick<SnapshotStore, 'listKnown' | 'insertFound'>;
    readonly repositories: Pick<Repositories, 'files'>;
    readonly manifests: Pick<Manifests, 'find'>;
    readonly clock: Clock;
    readonly log: Logger;
  },
  repository: RepositoryRow,
  restic: Pick<Restic, 'listSnapshots'>,
  signal: AbortSignal,
): Promise<void> => {
  const { machine_id: machineId } = repository;
  const rows = await deps.store.listKnown(machineId);
  const stored = new Set(rows.map(({ restic_id: id }) => id));
  const files = await deps.repositories.files(machineId).list('snapshots', signal);
  if (files.every(({ name }) => stored.has(name))) return;
  const known = new Set(rows.map(({ id }) => rowTag(id)));
  for (const found of await restic.listSnapshots([], signal)) {
    const id = tagged(found, 'snapshot');
    const kind = tagged(found, 'kind') ?? '';
    if (id === undefined || known.has(rowTag(id)) || !uuid.test(id) || !kinds.includes(kind)) continue;
    // Without it nothing is brought back: what is in the snapshot was never compared.
    const manifest = await deps.manifests.find(id);
    if (manifest === undefined) continue;
    await deps.store.insertFound({
      id,
      machine_id: machineId,
      project_id: repository.project_id,
      owner_id: repository.owner_id,
      epoch: Number(tagged(found, 'epoch') ?? repository.epoch),
      kind,
      paths: [...found.paths],
      excludes: [],
      tags: [],
      restic_id: found.id,
      total_files: manifest.files.length,
      total_bytes: manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      problems: JSON.stringify([finding('snapshot.was_unknown')]),
      created_at: new Date(found.time),
      finished_at: deps.clock.now(),
      due_at: deps.clock.now(),
    });
    deps.log.warn(
      { machineId, snapshotId: id },
      'a snapshot that no row knew of was found in its repository',
    );
  }
};
