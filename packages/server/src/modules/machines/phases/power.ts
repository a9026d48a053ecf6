import { found } from '@dumont/contracts/findings';
import { AppError } from '../../../kernel/errors.ts';
import { ProviderError, type ProviderMachine } from '../../market/index.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { findListed, refresh } from '../listed.ts';
import type { RentalRow } from '../machine.ts';
import { NotReached } from '../ports.ts';
import { targetOf } from '../target.ts';
import { noTrouble, saidTrouble, trouble } from '../trouble.ts';
import { again, done, failed, type PhaseResult, type PhaseStep, type WorkingUnit } from './phase.ts';

/** Soon at first; what takes minutes is not asked for every three seconds. */
const lookMs = ({ operation }: WorkingUnit, now: Date): number =>
  Math.min(15_000, 3000 + (now.getTime() - operation.phase_at.getTime()) / 10);
const listMs = 30_000;
/** A request that had no effect is sent again. */
const askAgainMs = 60_000;
const startLimitMs = 15 * 60_000;
const probeMs = 10_000;

const rentalOf = async (
  deps: EngineDeps,
  { machine }: WorkingUnit,
): Promise<(RentalRow & { provider_machine_id: string }) | undefined> => {
  const rental = machine.rental_id === null ? undefined : await deps.rentals.find(machine.rental_id);
  return rental?.state === 'usable' && rental.provider_machine_id !== null
    ? { ...rental, provider_machine_id: rental.provider_machine_id }
    : undefined;
};

type Ask = (
  deps: EngineDeps,
  rental: { readonly account_id: string; readonly provider_machine_id: string },
  signal: AbortSignal,
) => Promise<void>;

/** Asks the provider, again after a while, and looks whether it became so. */
const askUntil =
  (
    ask: Ask,
    look: (
      deps: EngineDeps,
      unit: WorkingUnit,
      rental: RentalRow,
      listed: ProviderMachine | undefined,
    ) => Promise<PhaseResult>,
  ): PhaseStep =>
  async (deps, unit) => {
    const { operation } = unit;
    const rental = await rentalOf(deps, unit);
    if (rental === undefined) return failed(new AppError('machine.vanished'));
    const passedMs = deps.clock.now().getTime() - operation.phase_at.getTime();
    if (passedMs >= operation.tries * askAgainMs) {
      // Counted before it is sent: a reply that is lost is not asked for at once again.
      await unit.save({ operation: { tries: operation.tries + 1 } });
      try {
        await ask(deps, rental, unit.lease.signal);
      } catch (error) {
        if (!(error instanceof ProviderError) || error.kind === 'blind') throw error;
        return again(lookMs(unit, deps.clock.now()), saidTrouble(error.message));
      }
    }
    const listing = await refresh(deps, rental.account_id, listMs, unit.lease.signal);
    if (listing === undefined)
      return again(lookMs(unit, deps.clock.now()), trouble(found('machine.provider_silent')));
    return look(deps, unit, rental, findListed(listing, rental));
  };

/** Stopped is what the provider says of it after it was asked, not that it was asked. */
export const stopping = askUntil(
  async (deps, rental, signal) =>
    (await deps.market.open(rental.account_id)).stopMachine(rental.provider_machine_id, signal),
  async (deps, unit, _rental, listed) =>
    listed?.state === 'stopped'
      ? done
      : again(
          lookMs(unit, deps.clock.now()),
          listed === undefined ? trouble(found('machine.not_listed')) : noTrouble,
        ),
);

/** Up again when an authenticated command is answered; a stopped host may have given its GPUs to others. */
const answers =
  (isRestart: boolean) =>
  async (
    deps: EngineDeps,
    unit: WorkingUnit,
    rental: RentalRow,
    listed: ProviderMachine | undefined,
  ): Promise<PhaseResult> => {
    const passedMs = deps.clock.now().getTime() - unit.operation.phase_at.getTime();
    if (listed?.state === 'running') {
      const over = new AbortController();
      void deps.clock.sleep(probeMs, over.signal).then(() => over.abort());
      try {
        const target = targetOf(unit.machine, rental, listed);
        const signal = AbortSignal.any([unit.lease.signal, over.signal]);
        const { address, hostKey } = await deps.reach.probe(target, signal);
        // Kept from the first time on: nobody here has seen one of a machine that was found.
        const isNew = rental.host_key === null;
        await unit.save({
          also: async (tx) => {
            await deps.rentals.update(tx, rental.id, ['usable'], {
              ssh_host: address.host,
              ssh_port: address.port,
              ...(isNew ? { host_key: hostKey } : {}),
            });
            if (isNew) await unit.tell(tx, { kind: 'host_key_taken', details: { message: hostKey } });
          },
        });
        return done;
      } catch (error) {
        if (!(error instanceof NotReached)) throw error;
        if (passedMs < startLimitMs)
          return again(lookMs(unit, deps.clock.now()), trouble(found(`machine.${error.failure}`)));
      } finally {
        over.abort();
      }
    }
    if (passedMs < startLimitMs)
      return again(lookMs(unit, deps.clock.now()), saidTrouble(listed?.statusMessage));
    return failed(isRestart ? new AppError('machine.unreachable') : new AppError('machine.no_offer'));
  };

export const starting = askUntil(
  async (deps, rental, signal) =>
    (await deps.market.open(rental.account_id)).startMachine(rental.provider_machine_id, signal),
  answers(false),
);

/** Asks nothing of the provider: the machine runs, and what runs in it is not disturbed. */
export const entering = askUntil(async (deps, rental) => {
  // It puts our key on one that was found.
  deps.wakeReconciler(rental.account_id);
}, answers(true));

export const rebooting: PhaseStep = async (deps, unit) => {
  const step = askUntil(async (_deps, rental, signal) => {
    // Once: each reboot ends what runs in it.
    if (unit.operation.tries === 1)
      await (await deps.market.open(rental.account_id)).rebootMachine(rental.provider_machine_id, signal);
  }, answers(true));
  return step(deps, unit);
};
