import { sql } from 'kysely';
import type { Blobs } from '../../kernel/blobs/blobs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Logger } from '../../kernel/log.ts';

const batchSize = 100;
const linesAtOnce = 50_000;
const intervalMs = 3_600_000;

/** Deletes ended runs with their logs and files once they are older than the installation keeps them. */
export const startRetention = (deps: {
  db: Database;
  blobs: Blobs;
  clock: Clock;
  log: Logger;
  retentionDays: number;
}): AsyncDisposable => {
  const stop = new AbortController();

  /** By and by: the millions of lines of one run in one statement would end at its time limit, each time. */
  const deleteLines = async (runId: string): Promise<void> => {
    for (let deleted = linesAtOnce; deleted === linesAtOnce && !stop.signal.aborted;) {
      const { numAffectedRows } = await sql`
        delete from run_logs where run_id = ${runId} and seq in (
          select seq from run_logs where run_id = ${runId} order by seq limit ${linesAtOnce}
        )`.execute(deps.db);
      deleted = Number(numAffectedRows ?? 0);
    }
  };

  const deleteBatch = async (): Promise<number> => {
    const before = new Date(deps.clock.now().getTime() - deps.retentionDays * 86_400_000);
    const old = await deps.db
      .selectFrom('runs')
      .select('id')
      .where('finished_at', '<', before)
      .orderBy('finished_at')
      .limit(batchSize)
      .execute();
    const ids = old.map((row) => row.id);
    if (ids.length === 0) return 0;
    // Files first: a row without files is found again by the next pass, files without a row never would be.
    for (const id of ids) await deps.blobs.deleteAll(`runs/${id}`);
    for (const id of ids) await deleteLines(id);
    if (stop.signal.aborted) return 0;
    await deps.db
      .deleteFrom('runs')
      .where(sql<boolean>`id = any(${ids}::uuid[])`)
      .execute();
    return ids.length;
  };

  const running = (async () => {
    while (!stop.signal.aborted) {
      try {
        const dayAgo = new Date(deps.clock.now().getTime() - 86_400_000);
        await deps.db.deleteFrom('idempotency_keys').where('created_at', '<', dayAgo).execute();
        while (!stop.signal.aborted && (await deleteBatch()) === batchSize);
      } catch (error) {
        deps.log.warn({ error }, 'deleting old runs failed; trying again later');
      }
      await deps.clock.sleep(intervalMs, stop.signal);
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
    },
  };
};
