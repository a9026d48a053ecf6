import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Lease } from './leased-worker.ts';

/** Errors of a database that is away for a moment: restarting, failing over, full, too slow, out of connections. */
const passing =
  /^(57P0[1235]|57014|25P03|25006|40001|40P01|55P03|53\d{3}|08\d{3}|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/;

const isPassing = (error: unknown): boolean => {
  const { code, message } = error as { code?: string; message?: string };
  return (
    passing.test(code ?? '') ||
    /Connection terminated|not queryable|timeout exceeded when trying to connect/.test(message ?? '')
  );
};

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
