import type { Instance } from '@dumont/contracts/machines/instances';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Listing, MarketApi } from '../market/index.ts';
import { isAdoptable } from './adoption.ts';
import { findListed } from './listed.ts';
import type { MachineRow, OperationRow, RentalRow } from './machine.ts';
import type { MachineStore } from './machine-store.ts';
import type { OperationStore } from './operation-store.ts';
import type { SnapshotWork } from './ports.ts';
import type { RentalStore } from './rental-store.ts';
import { listLatestSamples } from './sample-store.ts';
import { showInstance } from './wire.ts';

export interface ViewDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly market: Pick<MarketApi, 'findListing' | 'installationId'>;
  readonly machines: Pick<MachineStore, 'listByIds'>;
  readonly operations: OperationStore;
  readonly rentals: RentalStore;
  readonly snapshots: Pick<SnapshotWork, 'find'>;
  /** Micro-dollars so far. */
  costOf(machineIds: readonly string[], now: Date): Promise<ReadonlyMap<string, number>>;
}

/** A figure that is older says nothing of now. */
const freshMs = 2 * 60_000;
/** Longer than it takes to ask for a machine, and then for what is done with it. */
const justNowMs = 30_000;

/** Machines as they are shown, with a fixed number of questions for any number of them. */
export const createViews = (deps: ViewDeps) => {
  const { operations, rentals, market } = deps;

  const listingsOf = async (
    rows: readonly RentalRow[],
  ): Promise<ReadonlyMap<string, Listing | undefined>> => {
    const ids = [...new Set(rows.map(({ account_id: id }) => id))];
    return new Map(await Promise.all(ids.map(async (id) => [id, await market.findListing(id)] as const)));
  };

  /** An operation may have ended since its machine was asked for: the two would tell of different moments. */
  const asOfEnd = async (
    machines: readonly MachineRow[],
    latest: readonly OperationRow[],
    now: Date,
  ): Promise<readonly MachineRow[]> => {
    const ended = latest.filter(
      ({ finished_at: at }) => at !== null && now.getTime() - at.getTime() < justNowMs,
    );
    if (ended.length === 0) return machines;
    const fresh = await deps.machines.listByIds(ended.map(({ machine_id: id }) => id));
    return machines.map((machine) => fresh.find(({ id }) => id === machine.id) ?? machine);
  };

  return async (rows: readonly MachineRow[]): Promise<readonly Instance[]> => {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const now = deps.clock.now();
    const latest = await operations.listLatest(ids);
    const machines = await asOfEnd(rows, latest, now);
    const [inCharge, samples, costs] = await Promise.all([
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
