import type { Artifact } from '@dumont/contracts/runs/logs';
import type { Database, Executor } from '../../kernel/db/database.ts';

export interface NewArtifact {
  readonly runId: string;
  readonly number: number;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly createdAt: Date;
}

/** A later attempt replaces what an earlier one left under the same number or name. */
export const addArtifact = async (db: Executor, artifact: NewArtifact): Promise<void> => {
  await db
    .deleteFrom('run_artifacts')
    .where('run_id', '=', artifact.runId)
    .where((eb) => eb.or([eb('number', '=', artifact.number), eb('name', '=', artifact.name)]))
    .execute();
  await db
    .insertInto('run_artifacts')
    .values({
      run_id: artifact.runId,
      number: artifact.number,
      name: artifact.name,
      size_bytes: artifact.sizeBytes,
      sha256: artifact.sha256,
      created_at: artifact.createdAt,
    })
    .execute();
};

export const listArtifacts = async (db: Database, runId: string): Promise<Artifact[]> => {
  const rows = await db
    .selectFrom('run_artifacts')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    createdAt: row.created_at.toISOString(),
  }));
};

export const findArtifactNumber = async (
  db: Database,
  runId: string,
  name: string,
): Promise<number | undefined> => {
  const row = await db
    .selectFrom('run_artifacts')
    .select('number')
    .where('run_id', '=', runId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.number;
};
