import type { CreateResult, MachineOrder } from '../../market/index.ts';
import { ProviderError } from '../../market/index.ts';
import { onStartLine } from '../agent/start-script.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { MachineRow, RentalRow } from '../machine.ts';
import { needsOf } from './searching.ts';
import { done, type PhaseStep, type WorkingUnit } from './phase.ts';

/** A bid this much above the lowest that is taken now is not outbid by the next one. */
const bidMargin = 1.2;

const orderOf = (machine: MachineRow, diskGb: number, rental: RentalRow): MachineOrder => {
  const { minBidPerHourMicroUsd } = rental.offer;
  const isBid = rental.offer.rental === 'bid' && minBidPerHourMicroUsd !== null;
  return {
    offerId: rental.offer_id,
    label: rental.label,
    image: machine.image,
    diskGb,
    ports: machine.ports,
    environment: machine.environment,
    // First: the agent comes back with its container, whatever the rest does.
    onStart: [onStartLine, machine.on_start].filter((line) => line !== '').join('\n'),
    ...(isBid ? { bidPerHourMicroUsd: Math.round(minBidPerHourMicroUsd * bidMargin) } : {}),
  };
};

const saveResult = async (deps: EngineDeps, rental: RentalRow, result: CreateResult): Promise<void> => {
  const { rentals } = deps;
  if (result.kind === 'created')
    await rentals.update(deps.db, rental.id, ['ordered'], {
      state: 'waiting',
      provider_machine_id: result.machineId,
    });
  else if (result.machineId === null)
    await rentals.update(deps.db, rental.id, ['ordered'], {
      state: 'never',
      failure: result.error.kind,
      gone_at: deps.clock.now(),
    });
  // Something was rented that will not run: it goes back.
  else
    await rentals.update(deps.db, rental.id, ['ordered'], {
      state: 'releasing',
      provider_machine_id: result.machineId,
      failure: result.error.kind,
      release_reason: 'refused',
    });
};

/** One request for all orders of an account that agree in the rest: bids differ, and are orders of their own. */
const groupsOf = (
  machine: MachineRow,
  diskGb: number,
  rentals: readonly RentalRow[],
): readonly (readonly [RentalRow, MachineOrder][])[] => {
  const pairs = rentals.map((rental): [RentalRow, MachineOrder] => [
    rental,
    orderOf(machine, diskGb, rental),
  ]);
  return [
    ...Map.groupBy(
      pairs,
      ([{ account_id }, order]) => `${account_id} ${order.bidPerHourMicroUsd ?? ''}`,
    ).values(),
  ];
};

const order = async (deps: EngineDeps, unit: WorkingUnit, rentals: readonly RentalRow[]): Promise<void> => {
  const { diskGb } = needsOf(unit.machine, unit.operation);
  for (const group of groupsOf(unit.machine, diskGb, rentals)) {
    const [first, ...others] = group;
    if (first === undefined) continue;
    try {
      const provider = await deps.market.open(first[0].account_id);
      const results = await provider.createMachines(
        [first[1], ...others.map(([, one]) => one)],
        unit.lease.signal,
      );
      for (const [index, [rental]] of group.entries()) {
        const result = results[index];
        if (result !== undefined) await saveResult(deps, rental, result);
      }
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      // Blind: all, some or none were rented, and their label will tell. Anything else is an answer: nothing was.
      if (error.kind === 'blind') continue;
      for (const [rental] of group)
        await saveResult(deps, rental, { kind: 'refused', error, machineId: null });
    }
  }
};

/** Sends the orders that were written down, once: what became of those whose reply is lost, a listing tells. */
export const creating: PhaseStep = async (deps, unit) => {
  const { operation } = unit;
  if (operation.tries > 0) return done;
  const rentals = await deps.rentals.listOfOperation(operation.id);
  const ordered = rentals.filter(({ state, batch }) => state === 'ordered' && batch === operation.batch);
  await unit.save({ operation: { tries: 1 } });
  await order(deps, unit, ordered);
  for (const accountId of new Set(ordered.map(({ account_id: id }) => id))) deps.wakeReconciler(accountId);
  return done;
};
