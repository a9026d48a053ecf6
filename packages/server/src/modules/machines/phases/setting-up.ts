import { found } from '@dumont/contracts/findings';
import { AppError } from '../../../kernel/errors.ts';
import { agentTokenOf } from '../agent/token.ts';
import { NotReached } from '../ports.ts';
import { targetOf } from '../target.ts';
import { trouble } from '../trouble.ts';
import { again, done, failed, moved, type PhaseStep } from './phase.ts';
import { rejectWinner } from './reject-winner.ts';

const maxTries = 4;
const retryMs = 3000;

/** Puts the agent and the keys on it. A machine that answered once and does not now is given back. */
export const settingUp: PhaseStep = async (deps, unit) => {
  const { machine, operation } = unit;
  const rental = machine.rental_id === null ? undefined : await deps.rentals.find(machine.rental_id);
  if (rental?.state !== 'usable') {
    if (operation.winner_id === null) return failed(new AppError('machine.vanished'));
    await rejectWinner(deps, unit, 'vanished');
    return moved;
  }
  // Whoever was in charge before writes no more, whatever became of it.
  await deps.snapshots.raiseEpoch(machine.id, machine.epoch);
  const { token: agentToken, sha256 } = agentTokenOf(deps.vault, rental.id);
  await deps.rentals.update(deps.db, rental.id, ['usable'], {
    agent_token_sha256: sha256,
  });
  try {
    const setup = { rental, epoch: machine.epoch, agentToken };
    await deps.reach.setUp(targetOf(machine, rental, undefined), setup, unit.lease.signal);
    return done;
  } catch (error) {
    if (!(error instanceof NotReached) && !(error instanceof AppError)) throw error;
    if (operation.tries + 1 < maxTries) {
      await unit.save({ operation: { tries: operation.tries + 1 } });
      return again(
        retryMs,
        error instanceof AppError ? trouble(error) : trouble(found(`machine.${error.failure}`)),
      );
    }
    // It answers, and cannot be made ready: another of the race would fare no better, and each is paid for.
    if (error instanceof AppError) return failed(error);
    if (operation.winner_id === null) return failed(new AppError('machine.unreachable'));
    await rejectWinner(deps, unit, error.failure);
    return moved;
  }
};
