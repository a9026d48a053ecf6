import type { Clock } from '../clock.ts';
import { isPassing } from '../db/passing-errors.ts';
import type { Logger } from '../log.ts';
import type { Lease } from './leased-worker.ts';

/**
 * Repeats a write of leased work while the database is away, for as long as the lease holds. The write must
 * bear being done twice: its first reply may have been lost.
 */
export const whileLeased = async <T>(
  lease: Lease,
  deps: { clock: Clock; log: Logger },
  write: () => Promise<T>,
): Promise<T> => {
  for (let tries = 0; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (lease.signal.aborted || !isPassing(error)) throw error;
      if (tries === 0) deps.log.warn({ error }, 'the database does not answer leased work; trying again');
      await deps.clock.sleep(Math.min(1000, 50 * 2 ** tries), lease.signal);
    }
  }
};
