import { msSince } from '../../../kernel/clock.ts';
import type { Listing, ProviderMachine } from '../../market/index.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { isOfOthers } from '../former.ts';
import type { RentalRow } from '../machine.ts';

/**
 * An order whose reply was lost may take effect this long after it was sent: what no listing begun later shows was
 * never rented. Should it come even later, its label still tells whose it is.
 */
const orderSettleMs = 90_000;
/** A machine that was just made may be missing from a list. */
const listSettleMs = 60_000;

const isMissingForGood = (rental: RentalRow, listing: Listing): boolean => {
  // Its end was asked for, and answered: nothing of it is to come.
  if (rental.release_asked_at !== null && msSince(rental.release_asked_at, listing.takenAt) > 0) return true;
  const settleMs = rental.provider_machine_id === null ? orderSettleMs : listSettleMs;
  return msSince(rental.ordered_at, listing.takenAt) >= settleMs;
};

/** The provider says of it by itself that there is none such: a list alone never ends a machine. */
const isGone = async (deps: EngineDeps, rental: RentalRow, signal: AbortSignal): Promise<boolean> => {
  if (rental.provider_machine_id === null) return true;
  const provider = await deps.market.open(rental.account_id);
  return (await provider.findMachine(rental.provider_machine_id, signal)) === undefined;
};

/** One that another installation has taken over goes by its label: from then on nothing is done with it from here. */
const letGo = async (deps: EngineDeps, rental: RentalRow, { label }: ProviderMachine): Promise<RentalRow> => {
  if (label === null || label === rental.label || !isOfOthers(deps.market, { label })) return rental;
  const changed = await deps.rentals.update(deps.db, rental.id, [rental.state], { label });
  await deps.machines.makeDue(deps.db, rental.machine_id, deps.clock.now());
  return changed ?? rental;
};

/** Takes over what a complete listing says of the rentals that are not ended. Answers those still to be accounted for. */
export const settleRentals = async (
  deps: EngineDeps,
  rentals: readonly RentalRow[],
  matched: ReadonlyMap<string, ProviderMachine>,
  listing: Listing,
  signal: AbortSignal,
): Promise<readonly RentalRow[]> => {
  const left: RentalRow[] = [];
  for (const rental of rentals) {
    const machine = matched.get(rental.id);
    if (machine !== undefined) {
      if (rental.provider_machine_id !== null) left.push(await letGo(deps, rental, machine));
      else {
        const known = await deps.rentals.update(deps.db, rental.id, [rental.state], {
          provider_machine_id: machine.id,
          ...(rental.state === 'ordered' ? { state: 'waiting' } : {}),
        });
        if (known !== undefined) left.push(known);
      }
    } else if (isMissingForGood(rental, listing) && (await isGone(deps, rental, signal))) {
      await deps.rentals.update(deps.db, rental.id, [rental.state], {
        state: rental.provider_machine_id === null ? 'never' : 'gone',
        gone_at: deps.clock.now(),
        ...(rental.state === 'releasing' ? {} : { failure: rental.failure ?? 'vanished' }),
      });
      // Whoever waits for it, or had it, looks now.
      await deps.machines.makeDue(deps.db, rental.machine_id, deps.clock.now());
    } else left.push(rental);
  }
  return left;
};
