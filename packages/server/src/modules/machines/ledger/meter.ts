import type { Database } from '../../../kernel/db/database.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Random } from '../../../kernel/random.ts';
import type { MarketApi } from '../../market/index.ts';
import type { LedgerStore } from './ledger-store.ts';
import { microUsdOf } from './line.ts';
import { planMeter } from './meter-plan.ts';

/**
 * Counts what rentals cost until the provider charges it: one open line for each rental and kind, closed when a
 * complete listing shows another state or price, or shows it no more. While we are blind the last one stands, and what
 * was counted goes on.
 */
export const createMeter =
  (deps: {
    readonly db: Database;
    readonly store: LedgerStore;
    readonly market: Pick<MarketApi, 'findListing'>;
    readonly clock: Clock;
    readonly random: Random;
  }) =>
  /** By the present listing of an account. An unchanged one writes nothing. */
  async (accountId: string): Promise<void> => {
    const { db, store, random } = deps;
    const listing = await deps.market.findListing(accountId);
    if (listing === undefined) return;
    const { takenAt } = listing;
    const seen = planMeter(await store.listMetered(db, accountId), listing);
    if (seen.close.length + seen.open.length === 0) return;
    await store.addAccount(accountId, deps.clock.now());
    await db.transaction().execute(async (tx) => {
      const account = await store.lockAccount(tx, accountId);
      if (account === undefined || (account.meteredAt !== null && account.meteredAt > takenAt)) return;
      // Another replica, or charges, may have come first.
      const { close, open } = planMeter(await store.listMetered(tx, accountId), listing);
      await store.closeLines(
        tx,
        close
          .filter(({ fromAt, at }) => fromAt < at)
          .map(({ id, fromAt, microUsdPerHour, at }) => ({
            id,
            toAt: at,
            amountMicroUsd: microUsdOf(microUsdPerHour, fromAt, at),
          })),
      );
      await store.deleteLines(
        tx,
        close.filter(({ fromAt, at }) => fromAt >= at).map(({ id }) => id),
      );
      await store.insertLines(
        tx,
        open.map(({ rental, kind, fromAt, microUsdPerHour }) => ({
          id: random.id(),
          rental,
          kind,
          source: 'estimate',
          fromAt,
          toAt: null,
          microUsdPerHour,
          amountMicroUsd: 0,
        })),
      );
      await store.saveMetered(tx, accountId, takenAt);
    });
  };
