import { sql } from 'kysely';
import type { Database } from '../../kernel/db/database.ts';
import type { ReplicaSamples, Sample } from './metric-reader.ts';

/** Samples by rule in its present form. */
export type SamplesByRule = Readonly<Record<string, readonly Sample[]>>;

/** What replicas that do not evaluate tell the one that does. */
export const createSampleStore = (db: Database) => ({
  saveSamples: async (
    own: { id: string; replica: string; atMs: number; samples: SamplesByRule },
    now: Date,
  ): Promise<void> => {
    await sql`insert into alarm_samples (replica_id, replica, taken_at, elapsed_ms, samples)
      values (${own.id}, ${own.replica}, ${now}, ${own.atMs}, ${JSON.stringify(own.samples)}::jsonb)
      on conflict (replica_id) do update set taken_at = excluded.taken_at, elapsed_ms = excluded.elapsed_ms,
        samples = excluded.samples`.execute(db);
  },
  deleteSamples: async (id: string): Promise<void> => {
    await db.deleteFrom('alarm_samples').where('replica_id', '=', id).execute();
  },
  /** Of other replicas that were seen since; what older ones said is deleted. */
  listSamples: async (
    ownId: string,
    since: Date,
  ): Promise<(Omit<ReplicaSamples, 'samples'> & { readonly byRule: SamplesByRule })[]> => {
    await db.deleteFrom('alarm_samples').where('taken_at', '<', since).execute();
    const rows = await db
      .selectFrom('alarm_samples')
      .select(['replica', 'elapsed_ms', 'samples'])
      .where('replica_id', '<>', ownId)
      .orderBy('replica_id')
      .execute();
    return rows.map((row) => ({
      replica: row.replica,
      atMs: row.elapsed_ms,
      // Written by ourselves, in this form.
      byRule: row.samples as unknown as SamplesByRule,
    }));
  },
});
export type SampleStore = ReturnType<typeof createSampleStore>;
