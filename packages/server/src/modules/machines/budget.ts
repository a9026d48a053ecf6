import type { Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { EngineDeps } from './engine-deps.ts';

type BudgetDeps = Pick<EngineDeps, 'rentals' | 'settings'>;

/** Both limits, as numbers: they are read in any language. */
const overBudget = ({ maxMachines, maxMicroUsdPerHour }: EngineDeps['settings']): AppError =>
  new AppError('machine.budget', { machines: maxMachines, dollars: maxMicroUsdPerHour / 1e6 });

/**
 * Before an order is written down, in its transaction: throws `machine.budget`. A machine that is moved is not counted
 * beside its successor; losers of a race are given back, so that the dearest of its batch counts.
 */
export const checkOrder = async (
  { rentals, settings }: BudgetDeps,
  tx: Transactor,
  machineId: string,
  microUsdPerHour: number,
): Promise<void> => {
  await rentals.lockBudget(tx);
  const live = await rentals.sumLive(tx, machineId);
  if (live.machines + 1 > settings.maxMachines) throw overBudget(settings);
  if (live.microUsdPerHour + microUsdPerHour > settings.maxMicroUsdPerHour) throw overBudget(settings);
};

/**
 * Where a machine is asked for: throws `machine.budget` when there is surely no room, those that are on their way
 * counted. What it will cost is known only when its offers are: the order is checked again.
 */
export const checkRequest = async (
  { rentals, settings }: BudgetDeps,
  tx: Transactor,
  machineId: string,
): Promise<void> => {
  await rentals.lockBudget(tx);
  if ((await rentals.countTaken(tx, machineId)) + 1 > settings.maxMachines) throw overBudget(settings);
  const { microUsdPerHour } = await rentals.sumLive(tx, machineId);
  if (microUsdPerHour >= settings.maxMicroUsdPerHour) throw overBudget(settings);
};
