import { sql } from 'kysely';
import type { Database } from '../../kernel/db/database.ts';

export interface LatestSample {
  readonly machine_id: string;
  readonly gpu_percent: readonly (number | null)[] | null;
  readonly gpu_temperature: readonly (number | null)[] | null;
  readonly cpu_percent: number | null;
  readonly memory_used_mb: number | null;
  readonly memory_total_mb: number | null;
}

/** The last beat of each machine since then. */
export const listLatestSamples = async (
  db: Database,
  machineIds: readonly string[],
  since: Date,
): Promise<ReadonlyMap<string, LatestSample>> => {
  const { rows } = await sql<LatestSample>`
    select distinct on (machine_id) machine_id, gpu_percent, gpu_temperature, cpu_percent, memory_used_mb,
      memory_total_mb
    from machine_samples where machine_id = any(${[...machineIds]}::uuid[]) and at >= ${since}
    order by machine_id, at desc`.execute(db);
  return new Map(rows.map((row) => [row.machine_id, row]));
};
