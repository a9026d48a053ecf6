import { sql } from 'kysely';
import type { Artifact } from '@dumont/contracts/runs/logs';
import type { Database } from '../../kernel/db/database.ts';

export interface NewArtifact {
  readonly runId: string;
  readonly attempt: number;
  readonly number: number;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly createdAt: Date;
}

/** Where the content is: each attempt has its own place, so that one that was fenced off overwrites nothing. */
export interface ArtifactPlace {
  readonly attempt: number;
  readonly number: number;
}

/**
 * Records a file whose content is stored, guarded by the lease: false when it is not ours any more. A repeated
 * call changes nothing.
 */
export const addArtifact = async (db: Database, artifact: NewArtifact, token: string): Promise<boolean> => {
  const { rows } = await sql`
    with run as (select id from runs where id = ${artifact.runId} and lease_token = ${token}),
    added as (
      insert into run_artifacts (run_id, attempt, number, name, size_bytes, sha256, created_at)
      select id, ${artifact.attempt}::int, ${artifact.number}::int, ${artifact.name}, ${artifact.sizeBytes}::bigint,
        ${artifact.sha256}, ${artifact.createdAt}::timestamptz
      from run
      on conflict do nothing
    )
    select id from run`.execute(db);
  return rows.length === 1;
};

/** Forgets what earlier attempts left, guarded by the lease. */
export const removeArtifacts = async (db: Database, runId: string, token: string): Promise<void> => {
  await sql`
    delete from run_artifacts where run_id in (
      select id from runs where id = ${runId} and lease_token = ${token}
    )`.execute(db);
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

export const findArtifact = (db: Database, runId: string, name: string): Promise<ArtifactPlace | undefined> =>
  db
    .selectFrom('run_artifacts')
    .select(['attempt', 'number'])
    .where('run_id', '=', runId)
    .where('name', '=', name)
    .executeTakeFirst();
