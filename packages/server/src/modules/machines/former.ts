import { AppError } from '../../kernel/errors.ts';
import type { Executor } from '../../kernel/db/database.ts';
import type { MarketApi } from '../market/index.ts';
import { failureOf } from '../../kernel/failure.ts';
import type { EngineDeps } from './engine-deps.ts';
import { finish } from './finish.ts';
import type { RentalRow } from './machine.ts';
import type { WorkingUnit } from './phases/phase.ts';
import type { RentalStore } from './rental-store.ts';
import { errorTrouble } from './trouble.ts';
import type { Unit } from './unit.ts';

type Installation = Pick<MarketApi, 'installationId' | 'formerInstallationIds'>;

const lookMs = 10 * 60_000;

/** It was ordered under the id by which this installation goes, or a user has taken it over since. */
export const isOurs = (
  { installationId }: Pick<Installation, 'installationId'>,
  { label }: Pick<RentalRow, 'label'>,
): boolean => label.includes(installationId);

/**
 * What a machine has of a former id: its database was restored from a backup, or cloned, and these rows may be older
 * than what happened since, or another installation may live on the same machines.
 */
const listFormer = async (deps: EngineDeps, machineId: string): Promise<readonly RentalRow[]> =>
  deps.market.formerInstallationIds.length === 0
    ? []
    : (await deps.rentals.listLive(machineId)).filter((rental) => !isOurs(deps.market, rental));

/** Nothing is done by itself with a machine of a former id, nor ended what was being done. Undefined: it is ours. */
export const holdStill = async (deps: EngineDeps, unit: Unit): Promise<number | undefined> => {
  if ((await listFormer(deps, unit.machine.id)).length === 0) return undefined;
  const error = new AppError('machine.former');
  if (unit.operation !== undefined) await finish(deps, unit as WorkingUnit, 'failed', failureOf(error));
  else if (unit.machine.problem !== error.message)
    await unit.save({ machine: { ...errorTrouble(error), problem_at: deps.clock.now() } });
  return lookMs;
};

/** A user asks for something to be done with it: that takes it over, by hand. */
export const takeOver = async (
  deps: { readonly market: Installation; readonly rentals: RentalStore },
  executor: Executor,
  machineId: string,
): Promise<void> => {
  for (const id of deps.market.formerInstallationIds)
    await deps.rentals.relabel(executor, machineId, id, deps.market.installationId);
};
