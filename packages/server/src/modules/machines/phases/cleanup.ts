import { AppError } from '../../../kernel/errors.ts';
import { again, failed, moved, phaseChange, type PhaseStep } from './phase.ts';

const lookMs = 2000;

/**
 * Waits until what was rented in vain is seen gone: before the next batch bills, and before an operation that came
 * to nothing is over.
 */
export const cleanup: PhaseStep = async (deps, unit) => {
  const { operation } = unit;
  const rentals = await deps.rentals.listOfOperation(operation.id);
  const left = rentals.filter(
    ({ id, state }) => state !== 'gone' && state !== 'never' && id !== operation.winner_id,
  );
  if (left.length > 0) {
    for (const accountId of new Set(left.map(({ account_id }) => account_id))) deps.wakeReconciler(accountId);
    return again(lookMs);
  }
  if (operation.error_code !== null || operation.cancel_requested_at !== null) return { kind: 'done' };
  const { maxBatches } = deps.settings;
  const isOne = operation.kind === 'deploy' && unit.machine.offer_id !== null;
  if (operation.batch >= maxBatches || isOne)
    return failed(new AppError('machine.none_answered', { count: rentals.length }));
  await unit.save({ operation: phaseChange(operation, 'searching', deps.clock.now()) });
  return moved;
};
