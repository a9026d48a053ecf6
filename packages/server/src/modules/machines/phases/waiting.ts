import { found } from '@dumont/contracts/findings';
import type { Listing } from '../../market/index.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { findListed, refresh } from '../listed.ts';
import type { RentalRow } from '../machine.ts';
import { NotReached, type Answered } from '../ports.ts';
import { targetOf } from '../target.ts';
import { noTrouble, trouble } from '../trouble.ts';
import { needsOf } from './searching.ts';
import { again, moved, phaseChange, type PhaseStep, type WorkingUnit } from './phase.ts';

const lookMs = 1500;
const listMs = 20_000;
const probeMs = 10_000;
/** Nothing can be said of a batch while the provider says nothing: then it has this much longer. */
const blindFactor = 3;

/** Our key, so that we are let in. Asked again with the next look when it fails. */
const putKeys = async (deps: EngineDeps, unit: WorkingUnit, rentals: readonly RentalRow[]): Promise<void> => {
  await Promise.all(
    rentals.map(async (rental) => {
      if (rental.key_at !== null || rental.provider_machine_id === null) return;
      try {
        const provider = await deps.market.open(rental.account_id);
        await provider.addSshKey(rental.provider_machine_id, unit.machine.ssh_public_key, unit.lease.signal);
        await deps.rentals.update(deps.db, rental.id, ['waiting'], { key_at: deps.clock.now() });
      } catch (error) {
        deps.log.info({ error, rentalId: rental.id }, 'the key could not be put on a machine yet');
      }
    }),
  );
};

interface Winner {
  readonly rental: RentalRow;
  readonly answered: Answered;
}

/** All that run are tried at once; the first that answers ends the others' attempts. */
const findUsable = async (
  deps: EngineDeps,
  unit: WorkingUnit,
  running: readonly { rental: RentalRow; listing: Listing }[],
  failures: Map<string, string>,
): Promise<Winner | undefined> => {
  if (running.length === 0) return undefined;
  const over = new AbortController();
  void deps.clock.sleep(probeMs, over.signal).then(() => over.abort());
  const signal = AbortSignal.any([unit.lease.signal, over.signal]);
  const attempts = running.map(async ({ rental, listing }): Promise<Winner> => {
    try {
      const target = targetOf(unit.machine, rental, findListed(listing, rental));
      return { rental, answered: await deps.reach.probe(target, signal) };
    } catch (error) {
      failures.set(rental.id, error instanceof NotReached ? error.failure : 'ssh_timeout');
      throw error;
    }
  });
  try {
    return await Promise.any(attempts);
  } catch {
    return undefined;
  } finally {
    over.abort();
    await Promise.allSettled(attempts);
  }
};

/** First usable wins: by compare-and-set, with everything that follows from it. */
const takeCharge = async (
  deps: EngineDeps,
  unit: WorkingUnit,
  { rental, answered }: Winner,
): Promise<boolean> => {
  const { machine, operation } = unit;
  const now = deps.clock.now();
  let won = true;
  await unit
    .save({
      machine: {
        rental_id: rental.id,
        epoch: machine.epoch + 1,
        idle_since: null,
        last_beat_at: null,
      },
      operation: {
        ...phaseChange(operation, 'setting_up', now),
        winner_id: rental.id,
        source_id: machine.rental_id,
      },
      also: async (tx) => {
        const taken = await deps.rentals.update(tx, rental.id, ['waiting'], {
          state: 'usable',
          usable_at: now,
          host_key: answered.hostKey,
          ssh_host: answered.address.host,
          ssh_port: answered.address.port,
        });
        if (taken === undefined) throw new Taken();
        await deps.rentals.releaseOthers(tx, operation.id, rental.id, 'lost_race');
      },
    })
    .catch((error: unknown) => {
      if (!(error instanceof Taken)) throw error;
      won = false;
    });
  if (!won) return false;
  deps.wakeReconciler(rental.account_id);
  await deps.market
    .recordAttempt({
      accountId: rental.account_id,
      hostMachineId: rental.host_machine_id,
      hostId: rental.host_id,
      outcome: 'usable',
      seconds: (now.getTime() - rental.ordered_at.getTime()) / 1000,
      at: now,
    })
    // A line of statistics: the machine is there without it.
    .catch((error: unknown) => deps.log.warn({ error }, 'a host was not recorded'));
  return true;
};

/** It left the race between the answer and the write. */
class Taken extends Error {}

/** Nobody answered in time: all go back, and count as failures of their hosts. */
const giveUp = async (
  deps: EngineDeps,
  unit: WorkingUnit,
  rentals: readonly RentalRow[],
  failureOf: (rental: RentalRow) => string,
): Promise<void> => {
  const now = deps.clock.now();
  const waiting = rentals.filter(({ state }) => state === 'ordered' || state === 'waiting');
  await unit.save({
    operation: phaseChange(unit.operation, 'cleanup', now),
    also: async (tx) => {
      for (const rental of waiting)
        await deps.rentals.update(tx, rental.id, ['ordered', 'waiting'], {
          state: 'releasing',
          release_reason: 'not_usable',
          failure: failureOf(rental),
        });
    },
  });
  for (const rental of waiting) {
    deps.wakeReconciler(rental.account_id);
    // One that was perhaps never rented says nothing of its host.
    if (rental.provider_machine_id === null) continue;
    await deps.market
      .recordAttempt({
        accountId: rental.account_id,
        hostMachineId: rental.host_machine_id,
        hostId: rental.host_id,
        outcome: 'failed',
        failure: failureOf(rental),
        seconds: (now.getTime() - rental.ordered_at.getTime()) / 1000,
        at: now,
      })
      .catch((error: unknown) => deps.log.warn({ error }, 'a host was not recorded'));
  }
};

/** The price moved between the search and the order: what costs more than was allowed goes back before it wins. */
const dropDear = async (
  deps: EngineDeps,
  unit: WorkingUnit,
  rentals: readonly RentalRow[],
  listings: ReadonlyMap<string, Listing | undefined>,
): Promise<boolean> => {
  const { max_price: most } = needsOf(unit.machine, unit.operation).needs;
  if (most === null) return false;
  const dear = rentals.filter((rental) => {
    const listed = findListed(listings.get(rental.account_id), rental);
    return listed !== undefined && listed.pricePerHourMicroUsd > Math.round(most * 1e6);
  });
  for (const rental of dear) {
    await deps.rentals.update(deps.db, rental.id, ['waiting'], {
      state: 'releasing',
      release_reason: 'price_changed',
      failure: 'price_changed',
    });
    deps.wakeReconciler(rental.account_id);
  }
  return dear.length > 0;
};

/** Waits for the first machine of the batch that really answers. */
export const waiting: PhaseStep = async (deps, unit) => {
  const { operation, lease } = unit;
  const all = await deps.rentals.listOfOperation(operation.id);
  const batch = all.filter((rental) => rental.batch === operation.batch);
  const open = batch.filter(({ state }) => state === 'ordered' || state === 'waiting');
  if (open.length === 0) {
    await unit.save({ operation: phaseChange(operation, 'cleanup', deps.clock.now()) });
    return moved;
  }
  const [listings] = await Promise.all([
    Promise.all(
      [...new Set(open.map(({ account_id }) => account_id))].map(
        async (accountId) => [accountId, await refresh(deps, accountId, listMs, lease.signal)] as const,
      ),
    ).then((pairs) => new Map(pairs)),
    putKeys(deps, unit, open),
  ]);
  if (await dropDear(deps, unit, open, listings)) return again(0);
  const failures = new Map<string, string>();
  const running: { rental: RentalRow; listing: Listing }[] = [];
  for (const rental of open) {
    const listing = listings.get(rental.account_id);
    const state = findListed(listing, rental)?.state;
    if (state === 'running' && listing !== undefined) running.push({ rental, listing });
    else failures.set(rental.id, state === 'failed' ? 'failed' : `stuck_${state ?? 'unlisted'}`);
  }
  const winner = await findUsable(deps, unit, running, failures);
  if (winner !== undefined && (await takeCharge(deps, unit, winner))) return moved;
  const failureOf = (rental: RentalRow): string => failures.get(rental.id) ?? 'timeout';
  const isBlind = [...listings.values()].includes(undefined);
  const deadlineMs = deps.settings.batchSeconds * 1000 * (isBlind ? blindFactor : 1);
  const isLate = deps.clock.now().getTime() - operation.phase_at.getTime() >= deadlineMs;
  const areAllFailed = open.every((rental) => failures.get(rental.id) === 'failed');
  if (isLate || areAllFailed) {
    await giveUp(deps, unit, open, failureOf);
    return moved;
  }
  return again(lookMs, isBlind ? trouble(found('machine.provider_silent')) : noTrouble);
};
