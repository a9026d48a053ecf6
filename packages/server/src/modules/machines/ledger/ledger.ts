import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { startLeasedWorker, type LeasedWork } from '../../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Random } from '../../../kernel/random.ts';
import type { MarketApi } from '../../market/index.ts';
import { createChargeClaimsStore } from './charge-claims-store.ts';
import { createChargeCollector } from './charges.ts';
import { createCostStore, type MachineCost } from './cost-store.ts';
import { createLedgerStore } from './ledger-store.ts';
import { createMeter } from './meter.ts';

/** What every machine really cost, interval by interval: our estimates until the provider's charges arrive. */
export interface Ledger extends AsyncDisposable {
  /** So far, with what it costs in an hour now; one query. A machine that never cost anything is left out. */
  costOf(machineIds: readonly string[], now: Date): Promise<ReadonlyMap<string, MachineCost>>;
  /** Counts by the present listing of an account; the worker does so after each. */
  meter(accountId: string): Promise<void>;
  readonly charges: Pick<LeasedWork<{ readonly id: string }>, 'claim' | 'renew' | 'work'>;
  /** Follows listings, and collects charges of each account on one replica at a time. */
  startWorker(): void;
}

const pollMs = 30_000;
const concurrency = 10;

export const createLedger = (deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly market: Pick<MarketApi, 'open' | 'findListing' | 'onListing'>;
}): Ledger => {
  const { db, market, log } = deps;
  const store = createLedgerStore(db);
  const costs = createCostStore(db);
  const charges = createChargeCollector({ ...deps, store, claims: createChargeClaimsStore(db) });
  const meter = createMeter({ ...deps, store });
  const stack = new AsyncDisposableStack();

  /** One at a time for each account; what is told meanwhile leads to one more. */
  const metering = new Map<string, { isStale: boolean; done: Promise<void> }>();
  const follow = (accountId: string): void => {
    const running = metering.get(accountId);
    if (running !== undefined) {
      running.isStale = true;
      return;
    }
    const state = { isStale: true, done: Promise.resolve() };
    metering.set(accountId, state);
    state.done = (async () => {
      while (state.isStale) {
        state.isStale = false;
        await meter(accountId).catch((error: unknown) =>
          log.warn({ error, account: accountId }, 'costs could not be counted; the next listing will'),
        );
      }
      metering.delete(accountId);
    })();
  };

  return {
    costOf: (machineIds, now) => costs.listCosts(machineIds, now),
    meter,
    charges,
    startWorker: () => {
      const unlisten = market.onListing(follow);
      stack.defer(async () => {
        unlisten();
        await Promise.all([...metering.values()].map(({ done }) => done));
      });
      stack.use(startLeasedWorker({ name: 'provider charges', ...charges, concurrency, pollMs }, deps));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
