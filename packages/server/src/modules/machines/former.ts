import { AppError } from '../../kernel/errors.ts';
import type { Executor } from '../../kernel/db/database.ts';
import type { MarketApi, ProviderMachine } from '../market/index.ts';
import { failureOf } from '../../kernel/failure.ts';
import type { EngineDeps } from './engine-deps.ts';
import { finish } from './finish.ts';
import type { MachineRow, RentalRow } from './machine.ts';
import type { MachineStore } from './machine-store.ts';
import type { WorkingUnit } from './phases/phase.ts';
import { installationOfLabel, machineIdOfLabel } from './phases/searching.ts';
import { racePhases } from './plans.ts';
import type { RentalStore } from './rental-store.ts';
import { trouble } from './trouble.ts';
import type { Unit } from './unit.ts';

type Installation = Pick<MarketApi, 'installationId' | 'formerInstallationIds'>;

const lookMs = 10 * 60_000;

/** It was ordered under the id by which this installation goes, or a user has taken it over since. */
export const isOurs = (
  { installationId }: Pick<Installation, 'installationId'>,
  { label }: Pick<RentalRow, 'label'>,
): boolean => label.includes(installationId);

/** Another installation, which has a copy of these books, has put its own id there: it is theirs now. */
export const isOfOthers = (
  { installationId, formerInstallationIds }: Installation,
  { label }: Pick<ProviderMachine, 'label'>,
): boolean => {
  const id = installationOfLabel(label ?? '');
  return id !== undefined && id !== installationId && !formerInstallationIds.includes(id);
};

/** Why nothing is done with what this rental is of; undefined: it is ours. */
export const whyNotOurs = (market: Installation, rental: RentalRow): AppError | undefined => {
  if (isOurs(market, rental)) return undefined;
  return new AppError(isOfOthers(market, rental) ? 'machine.of_others' : 'machine.former');
};

/**
 * What a machine has that is not ours: its database was restored from a backup, or cloned, and these rows may be older
 * than what happened since, or another installation may live on the same machines, or has taken them over.
 */
const listFormer = async (deps: EngineDeps, machineId: string): Promise<readonly RentalRow[]> =>
  (await deps.rentals.listLive(machineId)).filter((rental) => !isOurs(deps.market, rental));

/**
 * Whether an account has a machine that was rented for this one under a former id: it was woken after the books were
 * written. Undefined while nobody can say what there is.
 */
export const livesOnElsewhere = async (
  { market }: Pick<EngineDeps, 'market'>,
  machineId: string,
): Promise<boolean | undefined> => {
  if (market.formerInstallationIds.length === 0) return false;
  for (const { id } of await market.listAllAccounts()) {
    const listing = await market.findListing(id);
    if (listing === undefined || listing.blindSince !== null) return undefined;
    const labels = listing.machines.map(({ label }) => label ?? '');
    if (labels.some((label) => machineIdOfLabel(label) === machineId && !isOurs(market, { label })))
      return true;
  }
  return false;
};

/**
 * Of a race that was on in the books, one may have won after they were written, and have files of its user on it since: none of them stands
 * for this machine any more. They are strangers, which their users take over by hand. Who was in charge before is again.
 */
const leaveRace = async (deps: EngineDeps, unit: Unit, former: readonly RentalRow[]): Promise<void> => {
  const { machine, operation } = unit;
  const winner = operation !== undefined && racePhases.includes(operation.phase) ? operation.winner_id : null;
  const left = former.filter(
    ({ id, state, handed_over_at: handedOverAt }) =>
      handedOverAt === null && state !== 'releasing' && (id !== machine.rental_id || id === winner),
  );
  if (left.length === 0) return;
  await unit.save({
    ...(winner === null
      ? {}
      : {
          machine: { rental_id: operation?.source_id ?? null, epoch: machine.epoch + 1 },
          operation: { winner_id: null, source_id: null },
        }),
    also: async (tx) => {
      for (const { id } of left) {
        await deps.rentals.update(tx, id, ['ordered', 'waiting', 'usable'], {
          state: 'never',
          provider_machine_id: null,
          failure: 'former',
          gone_at: deps.clock.now(),
        });
        await deps.rentals.forgetCosts(tx, id);
      }
    },
  });
};

/** Nothing is done by itself with a machine of a former id, nor ended what was being done. Undefined: it is ours. */
export const holdStill = async (deps: EngineDeps, unit: Unit): Promise<number | undefined> => {
  const former = await listFormer(deps, unit.machine.id);
  if (former.length === 0) return undefined;
  await leaveRace(deps, unit, former);
  const errors = former.flatMap((rental) => whyNotOurs(deps.market, rental) ?? []);
  const error = errors.find(({ code }) => code === 'machine.of_others') ?? errors[0];
  if (error === undefined) return undefined;
  if (unit.operation !== undefined) await finish(deps, unit as WorkingUnit, 'failed', failureOf(error));
  else if (unit.machine.problem !== error.message)
    await unit.save({ machine: { ...trouble(error), problem_at: deps.clock.now() } });
  return lookMs;
};

/**
 * A user asks for something to be done with it: that takes it over, by hand. Which files it has now the books do not
 * know: no snapshot of theirs stands for those of a machine that is stopped.
 */
export const takeOver = async (
  deps: { readonly market: Installation; readonly rentals: RentalStore; readonly machines: MachineStore },
  executor: Executor,
  machine: Pick<MachineRow, 'id' | 'state'>,
): Promise<void> => {
  let isFormer = false;
  for (const id of deps.market.formerInstallationIds)
    isFormer = (await deps.rentals.relabel(executor, machine.id, id, deps.market.installationId)) || isFormer;
  if (isFormer && machine.state === 'paused')
    await deps.machines.update(executor, machine.id, { snapshot_id: null });
};
