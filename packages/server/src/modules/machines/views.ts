import type { Instance } from '@dumont/contracts/machines/instances';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Listing, MarketApi } from '../market/index.ts';
import { isAdoptable } from './adoption.ts';
import { findListed } from './listed.ts';
import type { MachineRow, RentalRow } from './machine.ts';
import type { OperationStore } from './operation-store.ts';
import type { SnapshotWork } from './ports.ts';
import type { RentalStore } from './rental-store.ts';
import { listLatestSamples } from './sample-store.ts';
import { showInstance } from './wire.ts';

export interface ViewDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly market: Pick<MarketApi, 'findListing' | 'installationId'>;
  readonly operations: OperationStore;
  readonly rentals: RentalStore;
  readonly snapshots: Pick<SnapshotWork, 'find'>;
  /** Micro-dollars so far. */
  costOf(machineIds: readonly string[], now: Date): Promise<ReadonlyMap<string, number>>;
}

/** A figure that is older says nothing of now. */
const freshMs = 2 * 60_000;

/** Machines as they are shown, with a fixed number of questions for any number of them. */
export const createViews = (deps: ViewDeps) => {
  const { operations, rentals, market } = deps;

  const listingsOf = async (
    rows: readonly RentalRow[],
  ): Promise<ReadonlyMap<string, Listing | undefined>> => {
    const ids = [...new Set(rows.map(({ account_id: id }) => id))];
    return new Map(await Promise.all(ids.map(async (id) => [id, await market.findListing(id)] as const)));
  };

  return async (machines: readonly MachineRow[]): Promise<readonly Instance[]> => {
    if (machines.length === 0) return [];
    const ids = machines.map(({ id }) => id);
    const now = deps.clock.now();
    const [latest, inCharge, samples, costs] = await Promise.all([
      operations.listLatest(ids),
      rentals.listByIds(machines.flatMap(({ rental_id: id }) => id ?? [])),
      listLatestSamples(deps.db, ids, new Date(now.getTime() - freshMs)),
      deps.costOf(ids, now),
    ]);
    const working = latest.filter(({ finished_at: at }) => at === null);
    const [listings, raced, saved] = await Promise.all([
      listingsOf(inCharge),
      rentals.listOfOperations(latest.map(({ id }) => id)),
      Promise.all(
        working.map(async ({ snapshot_id: id }) => (id === null ? undefined : deps.snapshots.find(id))),
      ),
    ]);
    return machines.map((machine) => {
      const operation = latest.find(({ machine_id: id }) => id === machine.id);
      const rental = inCharge.find(({ id }) => id === machine.rental_id);
      return showInstance(machine, {
        operation,
        operationRentals: raced.filter(({ operation_id: id }) => id === operation?.id),
        percent:
          operation?.phase === 'snapshotting'
            ? (saved.find((one) => one?.id === operation.snapshot_id)?.percent ?? null)
            : null,
        rental,
        isAdoptable: isAdoptable(market, machine, rental),
        provider: rental === undefined ? null : 'vast',
        listed: rental === undefined ? undefined : findListed(listings.get(rental.account_id), rental),
        sample: samples.get(machine.id),
        costMicroUsd: costs.get(machine.id) ?? 0,
      });
    });
  };
};
export type Views = ReturnType<typeof createViews>;
