import type { Clock } from '../../../kernel/clock.ts';
import type { Notifications } from '../../../kernel/db/notifications.ts';
import { AppError } from '../../../kernel/errors.ts';
import { sleepUnless } from '../../../kernel/sleep-unless.ts';
import type { Listing, MarketApi } from '../market-api.ts';
import { ProviderError, type ProviderMachine } from '../providers/provider.ts';
import { listingChannel, type ListingRow, type ListingStore } from './listing-store.ts';
import { staleMs } from './poller.ts';

export type Listings = Pick<MarketApi, 'findListing' | 'refreshListing' | 'onListing'> & Disposable;

/** How often a waiter looks without being told: a notification may be lost. */
const lookMs = 15_000;

/** As it was stored: JSON knows no dates. */
type StoredMachine = Omit<ProviderMachine, 'startedAt'> & { readonly startedAt: string | null };

const listingOf = (row: ListingRow, now: Date): Listing | undefined => {
  if (row.takenAt === null) return undefined;
  const staleAt = new Date(row.takenAt.getTime() + staleMs);
  const isStale = row.blindSince === null && staleAt < now;
  return {
    machines: (row.machines as readonly StoredMachine[]).map((machine) => ({
      ...machine,
      startedAt: machine.startedAt === null ? null : new Date(machine.startedAt),
    })),
    takenAt: row.takenAt,
    blindSince: isStale ? staleAt : row.blindSince,
    reason: isStale ? 'no server has listed the account since then' : row.blindReason,
  };
};

/** What the poller has stored, read by every replica. */
export const createListings = (deps: {
  store: ListingStore;
  notifications: Notifications;
  clock: Clock;
}): Listings => {
  const { store, clock } = deps;
  const handlers = new Set<(accountId: string) => void>();
  const waiters = new Map<string, Set<() => void>>();
  const wake = (accountId: string): void => {
    for (const waiter of waiters.get(accountId) ?? []) waiter();
    for (const handler of handlers) handler(accountId);
  };
  const unlisten = deps.notifications.listen(listingChannel, (payload) => {
    if (payload !== undefined) wake(payload);
    // After a gap anything may have happened to who waits; others look at their next occasion.
    else for (const all of waiters.values()) for (const waiter of all) waiter();
  });

  /** The listing or failure that answers request `number`, if one does by now. */
  const answerTo = async (accountId: string, number: number): Promise<Listing | undefined> => {
    const row = await store.find(accountId);
    if (row === undefined) throw new AppError('provider.not_found');
    const listing = row.listed >= number ? listingOf(row, clock.now()) : undefined;
    if (listing !== undefined) return listing;
    if (row.failed >= number)
      throw new ProviderError('blind', 'list', row.blindReason ?? 'the account could not be listed');
    return undefined;
  };

  return {
    findListing: async (accountId) => {
      const row = await store.find(accountId);
      return row === undefined ? undefined : listingOf(row, clock.now());
    },
    refreshListing: async (accountId, signal) => {
      signal.throwIfAborted();
      let told = Promise.withResolvers<void>();
      const waiter = (): void => told.resolve();
      const all = waiters.get(accountId) ?? new Set();
      waiters.set(accountId, all.add(waiter));
      try {
        const number = await store.request(accountId);
        if (number === undefined) throw new AppError('provider.not_found');
        for (;;) {
          signal.throwIfAborted();
          const listing = await answerTo(accountId, number);
          if (listing !== undefined) return listing;
          await sleepUnless(clock, lookMs, told.promise, signal);
          told = Promise.withResolvers();
        }
      } finally {
        all.delete(waiter);
        if (all.size === 0) waiters.delete(accountId);
      }
    },
    onListing: (handler) => {
      handlers.add(handler);
      return () => {
        handlers.delete(handler);
      };
    },
    [Symbol.dispose]: unlisten,
  };
};
