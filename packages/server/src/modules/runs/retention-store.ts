import { sql } from 'kysely';
import type { Blobs } from '../../kernel/blobs/blobs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Logger } from '../../kernel/log.ts';

const batchSize = 100;
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
    await deps.db
      .deleteFrom('run_logs')
      .where(sql<boolean>`run_id = any(${ids}::uuid[])`)
      .execute();
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
