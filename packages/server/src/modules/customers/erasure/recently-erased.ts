import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import type { Events } from '../../../kernel/events/events.ts';
import { customerTokenSeconds } from '../customer-tokens.ts';
import { listErasuresSince } from './erasure-store.ts';

export interface RecentlyErased extends Disposable {
  has(customerId: string): boolean;
  /** Calls for each customer who is erased from now on, on whichever replica. Answers how to end it. */
  listen(handler: (customerId: string) => void): () => void;
}

/** Who was erased while a token of theirs may live, on this replica: known within a second, held in memory. */
export const watchErasures = async (deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly events: Events;
}): Promise<RecentlyErased> => {
  const erased = new Map<string, number>();
  const handlers = new Set<(customerId: string) => void>();
  const lifeMs = customerTokenSeconds * 1000;
  // First listening, then reading: nothing falls in between.
  const end = deps.events.subscribe((events) => {
    const nowMs = deps.clock.now().getTime();
    for (const [id, atMs] of erased) if (nowMs - atMs > lifeMs) erased.delete(id);
    for (const { name, entityId, at } of events) {
      if (name !== 'customer.erased') continue;
      erased.set(entityId, at.getTime());
      for (const handler of handlers) handler(entityId);
    }
  });
  const since = new Date(deps.clock.now().getTime() - lifeMs);
  for (const { customerId, erasedAt } of await listErasuresSince(deps.db, since, undefined))
    erased.set(customerId, erasedAt.getTime());
  return {
    has: (customerId) => erased.has(customerId),
    listen: (handler) => {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    [Symbol.dispose]: end,
  };
};
