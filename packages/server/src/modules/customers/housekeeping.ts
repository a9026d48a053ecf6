import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Logger } from '../../kernel/log.ts';
import { forgetAllowancesBefore } from './allowance-store.ts';
import { longestRefillMs } from './allowances.ts';
import type { Erasures } from './erasure/erasures.ts';

const everyMs = 60_000;

/** Finishes erasures that were left and forgets allowances that are full again; on several replicas it does no harm. */
export const startHousekeeping = (deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly erasures: Erasures;
}): AsyncDisposable => {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      try {
        await deps.erasures.finishAbandoned();
        await forgetAllowancesBefore(deps.db, new Date(deps.clock.now().getTime() - longestRefillMs));
      } catch (error) {
        deps.log.warn({ error }, 'the housekeeping of customers failed; trying again in a minute');
      }
      await deps.clock.sleep(everyMs, stop.signal);
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
    },
  };
};
