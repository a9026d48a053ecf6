import { NotReached } from '../ports.ts';
import { targetOf } from '../target.ts';
import { done, type PhaseStep } from './phase.ts';

/** A machine that has nothing to say is no reason to wait: the snapshot shows whether its files can be read. */
export const quiescing: PhaseStep = async (deps, unit) => {
  const { machine } = unit;
  const rental = machine.rental_id === null ? undefined : await deps.rentals.find(machine.rental_id);
  if (rental?.state !== 'usable' || machine.state !== 'running') return done;
  try {
    await deps.reach.quiesce(targetOf(machine, rental, undefined), unit.lease.signal);
  } catch (error) {
    if (!(error instanceof NotReached)) throw error;
    deps.log.info({ error, machineId: machine.id }, 'a machine could not be told to come to rest');
  }
  return done;
};
