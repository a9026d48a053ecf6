import type { Needs } from '@dumont/contracts/machines/instances';
import type { Executor } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import { pickDistinctHosts, type OfferQuery, type RankedOffer } from '../../market/index.ts';
import { checkOrder } from '../budget.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { savedPaths, type MachineRow, type OperationRow, type RentalRow } from '../machine.ts';
import { failed, moved, phaseChange, type PhaseStep, type WorkingUnit } from './phase.ts';

/** So many offers are ranked: a batch on different hosts is found among them. */
const searchedOffers = 500;
/** Longer than a search is kept, or an offer that was taken goes on being found. */
const searchAgeMs = 60_000;

export const queryOf = (needs: Needs, diskGb: number): OfferQuery => ({
  gpuName: needs.gpu_name ?? undefined,
  gpuCount: needs.num_gpus ?? undefined,
  minGpuMemoryMb: needs.min_gpu_ram === null ? undefined : needs.min_gpu_ram * 1000,
  minCpuCores: needs.min_cpu_cores ?? undefined,
  minMemoryMb: needs.min_cpu_ram === null ? undefined : needs.min_cpu_ram * 1000,
  minDownloadMbps: needs.min_inet_down ?? undefined,
  minReliability: needs.min_reliability ?? undefined,
  minCudaVersion: needs.min_cuda ?? undefined,
  maxPricePerHourMicroUsd: needs.max_price === null ? undefined : Math.round(needs.max_price * 1e6),
  region: needs.region ?? undefined,
  verifiedOnly: needs.verified_only,
  staticIp: needs.static_ip ?? undefined,
  rental: needs.machine_type,
  diskGb,
  limit: searchedOffers,
});

/** What this operation asks for, and how large a disk. */
export const needsOf = (machine: MachineRow, operation: OperationRow): { needs: Needs; diskGb: number } => ({
  needs: { ...machine.needs, ...operation.request.needs },
  diskGb: operation.request.diskGb ?? machine.disk_gb,
});

const labelOf = (installationId: string, operation: OperationRow, batch: number): string =>
  `dumont/${installationId}/${operation.machine_id}/${operation.id}/${batch}`;

/** The installation that a label of Dumont names. */
export const installationOfLabel = (label: string): string | undefined =>
  /^dumont\/([^/]+)\//.exec(label)?.[1];

/** The machine of ours that a label names. */
export const machineIdOfLabel = (label: string): string | undefined =>
  /^dumont\/[^/]+\/([0-9a-f-]{36})\//.exec(label)?.[1];

/** A search that began before they were ordered finds them once more: the second order is taken too, and nothing comes. */
const withoutOrdered = async (
  deps: EngineDeps,
  ranked: readonly RankedOffer[],
  executor: Executor,
): Promise<readonly RankedOffer[]> => {
  const since = new Date(deps.clock.now().getTime() - searchAgeMs);
  const ordered = await deps.rentals.listOrderedSince(executor, since);
  const taken = new Set(ordered.map(({ account_id, offer_id }) => `${account_id} ${offer_id}`));
  return ranked.filter(({ accountId, id }) => !taken.has(`${accountId} ${id}`));
};

const pick = (
  deps: EngineDeps,
  machine: MachineRow,
  operation: OperationRow,
  ranked: readonly RankedOffer[],
  tried: readonly RentalRow[],
): readonly RankedOffer[] => {
  if (operation.kind === 'deploy' && machine.offer_id !== null)
    return ranked.filter(
      ({ id, accountId }) =>
        id === machine.offer_id && (machine.account_id === null || accountId === machine.account_id),
    );
  const taken = tried.map(({ account_id, offer_id, host_machine_id, host_id }) => ({
    accountId: account_id,
    id: offer_id,
    hostMachineId: host_machine_id,
    hostId: host_id,
  }));
  return pickDistinctHosts(ranked, deps.settings.batchSize, taken);
};

const nothingToOrder = (
  machine: MachineRow,
  { kind }: OperationRow,
  tried: readonly RentalRow[],
): AppError => {
  if (tried.length > 0) return new AppError('machine.none_answered', { count: tried.length });
  const isOne = kind === 'deploy' && machine.offer_id !== null;
  return new AppError(isOne ? 'machine.offer_gone' : 'machine.no_offer');
};

/** The books would bring an older copy of it back than there is: which one counts only its user knows. */
const whyNotWoken = async (
  deps: EngineDeps,
  { machine, operation, lease }: WorkingUnit,
): Promise<AppError | undefined> => {
  const { restoreSnapshotId } = operation.request;
  if (operation.kind !== 'wake' || restoreSnapshotId === undefined) return undefined;
  const newer = await deps.snapshots.findNewer(machine.id, restoreSnapshotId, savedPaths, lease.signal);
  return newer === undefined
    ? undefined
    : new AppError('machine.newer_snapshot', { id: newer.id, time: newer.created_at.toISOString() });
};

/** Ranks what is offered, and writes down what is about to be ordered. */
export const searching: PhaseStep = async (deps, unit) => {
  const { machine, operation, lease } = unit;
  const { needs, diskGb } = needsOf(machine, operation);
  const error = operation.batch === 0 ? await whyNotWoken(deps, unit) : undefined;
  if (error !== undefined) return failed(error);
  let ranked: readonly RankedOffer[];
  try {
    ranked = await deps.market.rankOffers(machine.project_id, queryOf(needs, diskGb), lease.signal);
  } catch (error) {
    // No account is left to rent with: waiting does not help. What a provider says or does not is another matter.
    if (error instanceof AppError) return failed(error);
    throw error;
  }
  const tried = await deps.rentals.listOfOperation(operation.id);
  const now = deps.clock.now();
  const number = operation.batch + 1;
  const label = labelOf(deps.market.installationId, operation, number);
  try {
    await unit.save({
      operation: {
        ...phaseChange(operation, 'creating', now),
        batch: number,
        offers_found: ranked.length,
      },
      also: async (tx) => {
        // One at a time from here: two never order the same.
        await deps.rentals.lockBudget(tx);
        const batch = pick(deps, machine, operation, await withoutOrdered(deps, ranked, tx), tried);
        if (batch.length === 0) throw nothingToOrder(machine, operation, tried);
        const dearest = Math.max(...batch.map(({ pricePerHourMicroUsd }) => pricePerHourMicroUsd));
        await checkOrder(deps, tx, machine.id, dearest);
        await deps.rentals.insertAll(
          tx,
          batch.map(({ score: _, host: __, accountId, ...offer }, slot) => ({
            id: deps.random.id(),
            machine_id: machine.id,
            operation_id: operation.id,
            account_id: accountId,
            batch: number,
            slot,
            label,
            offer_id: offer.id,
            host_machine_id: offer.hostMachineId,
            host_id: offer.hostId,
            offer: JSON.stringify(offer),
            state: 'ordered',
            ordered_at: now,
          })),
        );
      },
    });
  } catch (error) {
    if (error instanceof AppError) return failed(error);
    throw error;
  }
  return moved;
};
