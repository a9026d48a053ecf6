import type { Failure } from '../../../kernel/failure.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { phaseChange, type WorkingUnit } from './phase.ts';

/**
 * The winner could not be made ready: it goes back, who was in charge before is so again, and the race goes on. It
 * was never handed over, so that nothing of its user is on it alone.
 */
export const rejectWinner = async (
  deps: EngineDeps,
  unit: WorkingUnit,
  failure: string,
  changes: Failure | Record<string, never> = {},
): Promise<void> => {
  const { machine, operation } = unit;
  const winner = operation.winner_id;
  await unit.save({
    machine: winner === null ? {} : { rental_id: operation.source_id, epoch: machine.epoch + 1 },
    operation: {
      ...phaseChange(operation, 'cleanup', deps.clock.now()),
      winner_id: null,
      source_id: null,
      restore_id: null,
      ...changes,
    },
    also: async (tx) => {
      if (winner !== null)
        await deps.rentals.update(tx, winner, ['usable'], {
          state: 'releasing',
          release_reason: 'not_ready',
          failure,
        });
      await deps.rentals.releaseOthers(tx, operation.id, null, 'not_needed');
    },
  });
  for (const { account_id } of await deps.rentals.listOfOperation(operation.id))
    deps.wakeReconciler(account_id);
};
