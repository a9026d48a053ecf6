import { buffer } from 'node:stream/consumers';
import type { Blobs } from '../../kernel/blobs/blobs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { isDiskFull } from '../../kernel/disk-full.ts';
import type { Lease } from '../../kernel/lease/leased-worker.ts';
import { whileLeased } from '../../kernel/lease/while-leased.ts';
import type { Logger } from '../../kernel/log.ts';
import { addArtifact, findArtifact, removeArtifacts, type ArtifactPlace } from './artifact-store.ts';
import type { ArtifactFile, AttemptRef, Leftovers } from './executors/executor.ts';

/** Beyond so many files the rest is left out, and the log of the run says so. */
const maxArtifacts = 1000;

export interface ArtifactDeps {
  readonly db: Database;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly log: Logger;
  /** What the files of a run may be together. */
  readonly filesQuotaBytes: number;
}

/** A file of a run that is not among its artifacts. */
export interface LostFile {
  readonly name: string;
  /** `unreadable`: the run made it so, or took it away. The others are no fault of the run. */
  readonly reason: 'too_many' | 'too_large' | 'unreadable' | 'not_stored' | 'disk_full';
}

const artifactsOf = (runId: string): string => `runs/${runId}/artifacts`;
const artifactKey = (runId: string, { attempt, number }: ArtifactPlace): string =>
  `${artifactsOf(runId)}/${attempt}/${number}`;

/** Takes away what earlier attempts left: what a run is said to have made, its last attempt made. */
export const forgetArtifacts = async (runId: string, lease: Lease, deps: ArtifactDeps): Promise<void> => {
  await whileLeased(lease, deps, () => removeArtifacts(deps.db, runId, lease.token));
  await deps.blobs
    .deleteAll(artifactsOf(runId))
    .catch((error: unknown) =>
      deps.log.warn({ error, runId }, 'files of an earlier attempt are left behind'),
    );
};

/**
 * Copies what the attempt left in its output folder into the blobs. A file that cannot be kept keeps no other
 * from it; answers those that were not.
 */
export const collectArtifacts = async (
  ref: AttemptRef,
  files: Leftovers,
  lease: Lease,
  deps: ArtifactDeps,
): Promise<readonly LostFile[]> => {
  const found = await files.listArtifacts();
  const lost: LostFile[] = found.slice(maxArtifacts).map(({ name }) => ({ name, reason: 'too_many' }));
  let left = deps.filesQuotaBytes;
  for (const [number, file] of found.slice(0, maxArtifacts).entries()) {
    // Whoever holds the run now begins anew.
    if (lease.signal.aborted) return lost;
    // Of a file with holes the copy is as large as it says, however little it takes itself.
    if (file.sizeBytes > left) {
      lost.push({ name: file.name, reason: 'too_large' });
      continue;
    }
    left -= file.sizeBytes;
    const reason = await keep({ ...ref, number }, file, lease, deps);
    if (reason !== undefined) lost.push({ name: file.name, reason });
  }
  return lost;
};

const keep = async (
  place: AttemptRef & ArtifactPlace,
  file: ArtifactFile,
  lease: Lease,
  deps: ArtifactDeps,
): Promise<LostFile['reason'] | undefined> => {
  const { runId } = place;
  let content;
  try {
    content = file.open();
  } catch (error) {
    deps.log.warn({ error, runId, file: file.name }, 'a file of a run cannot be read');
    return 'unreadable';
  }
  try {
    const info = await deps.blobs.put(artifactKey(runId, place), content);
    const artifact = { ...place, name: file.name, ...info, createdAt: deps.clock.now() };
    await whileLeased(lease, deps, () => addArtifact(deps.db, artifact, lease.token));
    return undefined;
  } catch (error) {
    deps.log.error({ error, runId, file: file.name }, 'a file of a run could not be kept');
    return isDiskFull(error) ? 'disk_full' : 'not_stored';
  }
};

type Kept = Pick<ArtifactDeps, 'db' | 'blobs'>;

/** Undefined where the run left no file of that name. */
export const openArtifact = async (runId: string, name: string, deps: Kept): ReturnType<Blobs['open']> => {
  const place = await findArtifact(deps.db, runId, name);
  return place === undefined ? undefined : deps.blobs.open(artifactKey(runId, place));
};

/** The same in memory; throws for one that is longer. */
export const readArtifact = async (
  runId: string,
  name: string,
  maxBytes: number,
  deps: Kept,
): Promise<Uint8Array | undefined> => {
  const blob = await openArtifact(runId, name, deps);
  if (blob === undefined) return undefined;
  if (blob.sizeBytes > maxBytes) {
    blob.content.destroy();
    throw new Error(`The file ${name} of the run has ${blob.sizeBytes} bytes; ${maxBytes} are taken.`);
  }
  return buffer(blob.content);
};
