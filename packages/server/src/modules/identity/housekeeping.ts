import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Logger } from '../../kernel/log.ts';
import { deleteExpired } from './session-store.ts';

const everyMs = 60 * 60_000;
/** Ended sessions are kept for a month, so that their refresh tokens are still recognised as used. */
const keepEndedMs = 30 * 24 * 60 * 60_000;

/** Deletes what has run out, each hour; on several replicas at once it does no harm. */
export const startHousekeeping = (deps: { db: Database; clock: Clock; log: Logger }): AsyncDisposable => {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      await deps.clock.sleep(everyMs, stop.signal);
      if (stop.signal.aborted) return;
      const now = deps.clock.now();
      try {
        await deleteExpired(deps.db, now, new Date(now.getTime() - keepEndedMs));
      } catch (error) {
        deps.log.warn({ error }, 'deleting expired sessions failed; trying again in an hour');
      }
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
    },
  };
};
