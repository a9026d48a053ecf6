import type { Clock } from '../../../kernel/clock.ts';
import type { Database, Transactor } from '../../../kernel/db/database.ts';
import { LeaseLost, type Lease, type LeasedWork } from '../../../kernel/lease/leased-worker.ts';
import { whileLeased } from '../../../kernel/lease/while-leased.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Random } from '../../../kernel/random.ts';
import type { MarketApi } from '../../market/index.ts';
import type { ChargeClaimsStore } from './charge-claims-store.ts';
import { dayOf, planCharges, type ChargePlan, type Day } from './charges-plan.ts';
import type { LedgerStore } from './ledger-store.ts';
import { microUsdOf, withoutTime } from './line.ts';

/** A bill changes slowly, and each of its days is one request. */
const everyMs = 3_600_000;
const againMs = 10 * 60_000;

type Charge = Awaited<ReturnType<Awaited<ReturnType<MarketApi['open']>>['listCharges']>>[number];

/**
 * The leased work of taking over what the provider charged: by its whole days, from the earliest that may still
 * change. What was estimated for that time gives way, in one transaction for each day; asking again changes nothing.
 */
export const createChargeCollector = (deps: {
  readonly db: Database;
  readonly store: LedgerStore;
  readonly claims: ChargeClaimsStore;
  readonly market: Pick<MarketApi, 'open'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}): Pick<LeasedWork<{ readonly id: string }>, 'claim' | 'renew' | 'work'> => {
  const { db, store, claims, clock, random, log } = deps;

  const replaceEstimates = async (tx: Transactor, plans: readonly ChargePlan[]): Promise<void> => {
    const times = plans.flatMap(({ rental, without }) =>
      without === undefined ? [] : [{ rentalId: rental.rentalId, ...without }],
    );
    const estimates = await store.listEstimates(tx, times);
    if (estimates.length === 0) return;
    const byRental = new Map(plans.map((plan) => [plan.rental.rentalId, plan]));
    await store.deleteLines(
      tx,
      estimates.map(({ id }) => id),
    );
    await store.insertLines(
      tx,
      estimates.flatMap((estimate) => {
        const { rental, without } = byRental.get(estimate.rentalId) ?? {};
        if (rental === undefined || without === undefined) return [];
        return withoutTime(estimate, without.from, without.until).map((left) => ({
          ...left,
          id: random.id(),
          rental,
          source: 'estimate' as const,
          amountMicroUsd: left.toAt === null ? 0 : microUsdOf(left.microUsdPerHour, left.fromAt, left.toAt),
        }));
      }),
    );
  };

  const saveDay = async (
    tx: Transactor,
    accountId: string,
    asked: { readonly day: Day; readonly askedAt: Date; readonly charges: readonly Charge[] },
  ): Promise<void> => {
    const { day, charges } = asked;
    const machineIds = [...new Set(charges.map(({ machineId }) => machineId))];
    const rentals = await store.listCharged(tx, accountId, day, machineIds);
    const stored = await store.listCharges(
      tx,
      rentals.map(({ rentalId }) => rentalId),
      day,
    );
    const plans = planCharges({ ...asked, rentals, stored });
    const changed = plans.filter((plan) => plan.charges !== undefined);
    if (changed.length > 0)
      await store.deleteCharges(
        tx,
        changed.map(({ rental }) => rental.rentalId),
        day,
      );
    await store.insertLines(
      tx,
      changed.flatMap(({ rental, charges: lines = [] }) =>
        lines.map((line) => ({
          ...line,
          id: random.id(),
          rental,
          source: 'charge' as const,
          microUsdPerHour: null,
        })),
      ),
    );
    await replaceEstimates(tx, plans);
    const final = plans.filter(({ chargedUntil }) => chargedUntil !== undefined);
    if (final.length > 0)
      await store.saveChargedUntil(
        tx,
        final.map(({ rental }) => rental.rentalId),
        day.until,
      );
  };

  const collect = async (accountId: string, lease: Lease): Promise<void> => {
    const first = await claims.findFirstDay(accountId);
    if (first === undefined) return;
    const provider = await deps.market.open(accountId);
    for (let day = first; day.from <= clock.now(); day = dayOf(day.until)) {
      lease.signal.throwIfAborted();
      const askedAt = clock.now();
      const charges = await provider.listCharges(day.from, day.until, lease.signal);
      const asked = { day, askedAt, charges };
      await whileLeased(lease, deps, () =>
        db.transaction().execute(async (tx) => {
          if ((await store.lockAccount(tx, accountId, lease.token)) === undefined)
            throw new LeaseLost('the charges of the account are collected by another process');
          await saveDay(tx, accountId, asked);
        }),
      );
    }
  };

  return {
    claim: (lease, limit) => claims.claim(lease, limit),
    renew: (held, expiresAt) => claims.renew(held, expiresAt),
    work: async ({ id: accountId }, lease) => {
      const askedAt = clock.now();
      const isDone = await collect(accountId, lease).then(
        () => true,
        (error: unknown) => {
          if (!lease.signal.aborted)
            log.warn({ error, account: accountId }, 'charges could not be collected');
          return false;
        },
      );
      if (lease.signal.aborted) return;
      const dueAt = new Date(clock.now().getTime() + (isDone ? everyMs : againMs));
      await claims.finish({ accountId, token: lease.token }, { askedAt, dueAt });
    },
  };
};
