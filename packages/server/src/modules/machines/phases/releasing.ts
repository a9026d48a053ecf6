import { AppError } from '../../../kernel/errors.ts';
import type { RentalRow } from '../machine.ts';
import { again, done, failed, type PhaseStep, type WorkingUnit } from './phase.ts';

const lookMs = 3000;

/** What is given back: for a migration what was in charge before, else what is, and what never was. */
const isGivenBack = ({ machine, operation }: WorkingUnit, rental: RentalRow): boolean => {
  if (operation.kind === 'migrate') return rental.id === operation.source_id;
  if (operation.kind === 'destroy') return true;
  return rental.id === machine.rental_id || rental.handed_over_at === null;
};

/** The files of a rental are given up for a verified snapshot of them, or by the word of their user; none other. */
const isLicensed = ({ machine, operation }: WorkingUnit, rental: RentalRow): boolean => {
  if (rental.handed_over_at === null || operation.request.skipSnapshot === true) return true;
  const isSaved = rental.id === (operation.kind === 'migrate' ? operation.source_id : machine.rental_id);
  return isSaved && operation.snapshot_id !== null;
};

/** Gives rentals back, and is over when the provider no longer lists them. */
export const releasing: PhaseStep = async (deps, unit) => {
  const live = (await deps.rentals.listLive(unit.machine.id)).filter((rental) => isGivenBack(unit, rental));
  if (live.length === 0) return done;
  const held = live.filter(({ state }) => state !== 'releasing');
  if (held.some((rental) => !isLicensed(unit, rental)))
    return failed(new AppError('machine.snapshot_missing'));
  if (held.length > 0)
    await unit.save({
      also: async (tx) => {
        for (const rental of held)
          await deps.rentals.update(tx, rental.id, ['ordered', 'waiting', 'usable'], {
            state: 'releasing',
            release_reason: unit.operation.kind,
          });
      },
    });
  for (const { account_id } of live) deps.wakeReconciler(account_id);
  return again(lookMs);
};
