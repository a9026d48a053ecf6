import type { Blobs } from '../../kernel/blobs/blobs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Lease } from '../../kernel/lease/leased-worker.ts';
import { whileLeased } from '../../kernel/lease/while-leased.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Leftovers } from './executors/executor.ts';
import { addArtifact } from './artifact-store.ts';

/** Beyond so many files the rest is left out, and the log of the server says so. */
const maxArtifacts = 1000;

export interface ArtifactDeps {
  readonly db: Database;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly log: Logger;
}

export const artifactKey = (runId: string, number: number): string => `runs/${runId}/artifacts/${number}`;

/** Copies what the run left in its output folder into the blobs. A file that cannot be read fails none else. */
export const collectArtifacts = async (
  runId: string,
  files: Leftovers,
  lease: Lease,
  deps: ArtifactDeps,
): Promise<void> => {
  const found = await files.listArtifacts();
  if (found.length > maxArtifacts)
    deps.log.warn({ runId, found: found.length }, `only ${maxArtifacts} files of a run are kept`);
  for (const [number, file] of found.slice(0, maxArtifacts).entries()) {
    // Another worker's attempt may write under the same numbers.
    if (lease.signal.aborted) return;
    try {
      const info = await deps.blobs.put(artifactKey(runId, number), file.open());
      const artifact = { runId, number, name: file.name, ...info, createdAt: deps.clock.now() };
      await whileLeased(lease, deps, () => addArtifact(deps.db, artifact));
    } catch (error) {
      deps.log.error({ error, runId, file: file.name }, 'a file of a run could not be kept');
    }
  }
};
