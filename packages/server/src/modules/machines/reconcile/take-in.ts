import { createHash } from 'node:crypto';
import { defaultIdlePolicy, Needs } from '@dumont/contracts/machines/instances';
import type { Offer, ProviderMachine } from '../../market/index.ts';
import { beginOperation } from '../begin.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { MachineRow } from '../machine.ts';
import { machineIdOfLabel } from '../phases/searching.ts';
import { noTrouble, trouble } from '../trouble.ts';
import { machineEvent } from '../unit.ts';

export type TakeInDeps = Pick<
  EngineDeps,
  | 'db'
  | 'machines'
  | 'operations'
  | 'rentals'
  | 'story'
  | 'market'
  | 'events'
  | 'clock'
  | 'random'
  | 'makeKeys'
>;

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

/** Longer than a race waits for one: what is older than this and loads may be starting again, with files on it. */
const firstStartMs = 15 * 60_000;

/** It never ran, so that it never held anything of anybody. */
export const wasNeverReady = ({ startedAt, state }: ProviderMachine, now: Date): boolean =>
  startedAt === null ||
  ((state === 'loading' || state === 'failed') && now.getTime() - startedAt.getTime() < firstStartMs);

/** The same for the same machine, so that adopting it twice is adopting it once. */
const idFor = (installationId: string, purpose: string, accountId: string, machineId: string): string => {
  const hash = createHash('sha256')
    .update([installationId, purpose, accountId, machineId].join(' '))
    .digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-7${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
};

/** The machine that a label of ours names, whether its row still says so or not. */
export const findNamed = async (
  { machines }: Pick<EngineDeps, 'machines'>,
  label: string | null,
): Promise<MachineRow | undefined> => {
  const id = machineIdOfLabel(label ?? '');
  return id === undefined ? undefined : (await machines.listByIds([id]))[0];
};

/**
 * Takes a machine that no row of ours knows into the books: to be entered and looked after, or to be given back.
 * Twice is once. Answers the id of its row.
 */
export const takeIn = async (
  deps: TakeInDeps,
  found: {
    readonly accountId: string;
    /** Whose it is where its label names no machine that is known. */
    readonly projectId: string;
    readonly listed: ProviderMachine;
    readonly isAdopted: boolean;
    /** Who asked for it by hand, and has it from now on; null: nobody did. */
    readonly takenBy: string | null;
  },
): Promise<string> => {
  const { accountId, listed, isAdopted, takenBy } = found;
  const now = deps.clock.now();
  const { installationId, formerInstallationIds } = deps.market;
  const before = await findNamed(deps, listed.label);
  const machineId = idFor(installationId, 'machine', accountId, listed.id);
  const rentalId = idFor(installationId, 'rental', accountId, listed.id);
  // Written by an earlier comparison that did not come to its end.
  if ((await deps.rentals.find(rentalId)) !== undefined) return machineId;
  const keys = await deps.makeKeys(machineId);
  const isRunning = isAdopted && listed.state !== 'stopped';
  await deps.db.transaction().execute(async (tx) => {
    const row = await deps.machines.insert(tx, {
      id: machineId,
      project_id: before?.project_id ?? found.projectId,
      owner_id: takenBy ?? before?.owner_id ?? null,
      label: `${before?.label ?? 'machine'} (found)`,
      state: isAdopted ? (isRunning ? 'running' : 'paused') : 'destroyed',
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
      ...(isAdopted ? trouble({ code: 'machine.found', params: {} }) : noTrouble),
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
        // From here on it is ours, whatever id it was rented under.
        label: formerInstallationIds.reduce(
          (label, id) => label.replaceAll(id, installationId),
          listed.label ?? '',
        ),
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
    if (isRunning)
      await beginOperation(deps, tx, row, {
        kind: 'adopt',
        reason: takenBy === null ? 'found' : 'user',
        requestedBy: takenBy,
      });
    // Who asked for it is not alarmed by it.
    const news = isAdopted ? (takenBy === null ? 'adopted' : 'changed') : 'never_ready';
    await deps.events.publish(tx, machineEvent(`machine.${news}`, row));
  });
  return machineId;
};
