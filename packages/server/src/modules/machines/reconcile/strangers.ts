import type { Listing, ProviderMachine } from '../../market/index.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { MachineRow, RentalRow } from '../machine.ts';
import { machineEvent } from '../unit.ts';
import { takeIn, wasNeverReady } from './take-in.ts';

/** One that we had taken for ended is there after all. */
const resurface = async (deps: EngineDeps, rental: RentalRow, listed: ProviderMachine): Promise<void> => {
  const [machine] = await deps.machines.listByIds([rental.machine_id]);
  const wasGivenBack = rental.release_reason !== null || rental.handed_over_at === null;
  if (wasGivenBack) {
    await deps.rentals.update(deps.db, rental.id, ['gone', 'never'], {
      state: 'releasing',
      provider_machine_id: listed.id,
      release_reason: rental.release_reason ?? 'late',
      release_asked_at: null,
      gone_at: null,
    });
    return;
  }
  // It was lost, with files of its user on it, and is back: it is never destroyed for that.
  await deps.rentals.update(deps.db, rental.id, ['gone'], { state: 'usable', gone_at: null });
  if (machine !== undefined) await bringBack(deps, machine, rental);
};

const bringBack = async (deps: EngineDeps, machine: MachineRow, rental: RentalRow): Promise<void> => {
  const now = deps.clock.now();
  await deps.db.transaction().execute(async (tx) => {
    const isBack = await deps.machines.bringBack(tx, machine.id, rental.id, now);
    await deps.story.add(tx, {
      id: deps.random.id(),
      machine_id: machine.id,
      at: now,
      kind: isBack ? 'came_back' : 'came_back_late',
      operation_id: null,
      details: JSON.stringify({ message: rental.provider_machine_id }),
    });
    await deps.events.publish(tx, machineEvent('machine.came_back', machine));
  });
};

/**
 * Machines with our label that no live rental stands for. Those that were ever usable are taken into the books and
 * looked after; only what never was is given back by itself. Whose label is not ours is nobody's business here.
 */
export const accountForStrangers = async (
  deps: EngineDeps,
  accountId: string,
  listing: Listing,
  unclaimed: readonly ProviderMachine[],
): Promise<void> => {
  const ours = unclaimed.filter(({ label }) => label?.includes(deps.market.installationId) === true);
  if (ours.length === 0) return;
  const ended = await deps.rentals.listEnded(
    accountId,
    ours.map(({ id }) => id),
    ours.flatMap(({ label }) => label ?? []),
  );
  for (const machine of ours) {
    const rental =
      ended.find(({ provider_machine_id: id }) => id === machine.id) ??
      ended.find(
        ({ provider_machine_id: id, label, host_machine_id: host }) =>
          id === null && label === machine.label && host === machine.hostMachineId,
      );
    // The listing may be older than its end.
    if (rental?.gone_at !== undefined && rental.gone_at !== null && rental.gone_at >= listing.takenAt)
      continue;
    if (rental !== undefined) await resurface(deps, rental, machine);
    else {
      const projectId = await deps.market.findProject(accountId);
      if (projectId === undefined) return;
      const isAdopted = !wasNeverReady(machine, deps.clock.now());
      await takeIn(deps, { accountId, projectId, listed: machine, isAdopted, takenBy: null });
    }
  }
};
