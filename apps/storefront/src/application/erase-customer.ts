import type { Clock } from '../lib/clock.ts';
import type { CustomerPool } from './customer-pool.ts';
import type { Claimed } from './leased-worker.ts';
import type { Signals } from './signals.ts';

export interface ErasureStore {
  /**
   * In one transaction: takes a customer out of all orders, and notes either that the pool has to be told, or when
   * the pool told us.
   */
  begin(customerId: string, now: Date, source: { dueAt: Date } | { toldAt: Date }): Promise<void>;
  finish(customerId: string, now: Date): Promise<void>;
  /** The latest that the pool told us of. */
  lastToldAt(): Promise<Date | undefined>;
}

export interface EraseCustomer {
  /** The orders at once, the record in the pool by the worker. May be asked for any number of times. */
  erase(customerId: string): Promise<void>;
  /** Takes over what the pool has erased since it was asked last. */
  followPool(): Promise<void>;
  work(row: Claimed): Promise<Date | null>;
}

/** Told of twice does no harm, missed does: clocks differ, and an erasure is listed a little after its time. */
const overlapMs = 300_000;

export const createEraseCustomer = (deps: {
  erasures: ErasureStore;
  pool: Pick<CustomerPool, 'erase' | 'listErasures'>;
  clock: Clock;
  signals: Signals;
}): EraseCustomer => {
  const { clock, erasures, pool } = deps;
  return {
    erase: async (customerId) => {
      const now = clock.now();
      await erasures.begin(customerId, now, { dueAt: now });
      deps.signals.tell('work');
    },
    followPool: async () => {
      const last = await erasures.lastToldAt();
      const since = last === undefined ? undefined : new Date(last.getTime() - overlapMs);
      for (const { customerId, erasedAt } of await pool.listErasures(since)) {
        await erasures.begin(customerId, clock.now(), { toldAt: erasedAt });
      }
    },
    work: async ({ id }) => {
      await pool.erase(id);
      // Once more: what was ordered meanwhile with a token from before is forgotten as well.
      await erasures.finish(id, clock.now());
      return null;
    },
  };
};
