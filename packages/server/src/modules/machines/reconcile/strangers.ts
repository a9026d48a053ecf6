import { createHash } from 'node:crypto';
import { Needs } from '@dumont/contracts/machines/instances';
import type { Listing, Offer, ProviderMachine } from '../../market/index.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { defaultIdlePolicy, type MachineRow, type RentalRow } from '../machine.ts';
import { machineIdOfLabel } from '../phases/searching.ts';
import { machineEvent } from '../unit.ts';

/** What an order looks like that nobody wrote down: as its machine is. */
const offerOf = (machine: ProviderMachine): Offer => ({
  id: '',
  hostMachineId: machine.hostMachineId,
  hostId: machine.hostId,
  gpuName: machine.gpuName,
  gpuCount: machine.gpuCount,
  gpuMemoryMb: machine.gpuMemoryMb,
  cpuName: null,
  cpuCores: machine.cpuCores,
  memoryMb: machine.memoryMb,
  diskGb: machine.diskGb,
  diskMbps: null,
  downloadMbps: machine.downloadMbps ?? 0,
  uploadMbps: machine.uploadMbps ?? 0,
  cudaVersion: null,
  reliability: null,
  verified: false,
  staticIp: false,
  directPorts: 0,
  geolocation: machine.geolocation,
  rental: machine.rental,
  basePricePerHourMicroUsd: machine.pricePerHourMicroUsd - machine.storagePricePerHourMicroUsd,
  storagePricePerGbMonthMicroUsd: 0,
  downloadPricePerGbMicroUsd: 0,
  uploadPricePerGbMicroUsd: 0,
  pricePerHourMicroUsd: machine.pricePerHourMicroUsd,
  minBidPerHourMicroUsd: null,
});

/** It never ran, so that it never held anything of anybody. */
const wasNeverReady = (machine: ProviderMachine): boolean =>
  machine.startedAt === null || machine.state === 'loading' || machine.state === 'failed';

/** The same for the same machine, so that adopting it twice is adopting it once. */
const idFor = (installationId: string, purpose: string, accountId: string, machineId: string): string => {
  const hash = createHash('sha256')
    .update([installationId, purpose, accountId, machineId].join(' '))
    .digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-7${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
};

/** Takes a machine of ours that no row of ours knows into the books: to be looked after, or to be given back. */
const takeIn = async (
  deps: EngineDeps,
  accountId: string,
  listed: ProviderMachine,
  isAdopted: boolean,
): Promise<void> => {
  const accountProject = await deps.market.findProject(accountId);
  if (accountProject === undefined) return;
  const now = deps.clock.now();
  const { installationId } = deps.market;
  const known = machineIdOfLabel(listed.label ?? '');
  const before = known === undefined ? undefined : (await deps.machines.listByIds([known]))[0];
  const machineId = idFor(installationId, 'machine', accountId, listed.id);
  const rentalId = idFor(installationId, 'rental', accountId, listed.id);
  // Written by an earlier comparison that did not come to its end.
  if ((await deps.rentals.find(rentalId)) !== undefined) return;
  const keys = await deps.makeKeys(machineId);
  await deps.db.transaction().execute(async (tx) => {
    const row = await deps.machines.insert(tx, {
      id: machineId,
      project_id: before?.project_id ?? accountProject,
      owner_id: before?.owner_id ?? null,
      label: `${before?.label ?? 'machine'} (found)`,
      state: isAdopted ? (listed.state === 'stopped' ? 'paused' : 'running') : 'destroyed',
      state_at: now,
      epoch: 1,
      rental_id: isAdopted ? rentalId : null,
      account_id: accountId,
      needs: JSON.stringify(before?.needs ?? Needs.parse({})),
      image: before?.image ?? 'unknown',
      disk_gb: Math.max(8, Math.round(listed.diskGb)),
      ports: [],
      ...keys,
      // Nobody has said what may be done with it: it is watched, and costs, until somebody does.
      idle_policy: JSON.stringify({ ...defaultIdlePolicy, enabled: false }),
      problem: isAdopted ? 'it was found at the provider, and nothing was known of it' : null,
      problem_at: isAdopted ? now : null,
      created_at: now,
      due_at: now,
    });
    await deps.rentals.insertAll(tx, [
      {
        id: rentalId,
        machine_id: machineId,
        operation_id: null,
        account_id: accountId,
        batch: 0,
        slot: 0,
        label: listed.label ?? '',
        offer_id: '',
        host_machine_id: listed.hostMachineId,
        host_id: listed.hostId,
        offer: JSON.stringify(offerOf(listed)),
        state: isAdopted ? 'usable' : 'releasing',
        provider_machine_id: listed.id,
        ordered_at: listed.startedAt ?? now,
        ...(isAdopted ? { handed_over_at: listed.startedAt ?? now } : { release_reason: 'never_ready' }),
      },
    ]);
    await deps.story.add(tx, {
      id: deps.random.id(),
      machine_id: machineId,
      at: now,
      kind: isAdopted ? 'adopted' : 'never_ready',
      operation_id: null,
      details: JSON.stringify({ message: listed.label }),
    });
    await deps.events.publish(tx, machineEvent(isAdopted ? 'machine.adopted' : 'machine.never_ready', row));
  });
};

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
    else await takeIn(deps, accountId, machine, !wasNeverReady(machine));
  }
};
