import type { Finding } from '@dumont/contracts/finding';
import type { Candidate, MachineEvent, Operation } from '@dumont/contracts/machines/operations';
import type { MachineEventRow } from './event-store.ts';
import type { OperationRow, RentalRow } from './machine.ts';
import { canCancel } from './plans.ts';

const dollars = (micro: number): number => micro / 1e6;

/** `rentals`: those of this operation. */
export const showOperation = (
  row: OperationRow,
  rentals: readonly RentalRow[],
  percent: number | null = null,
): Operation => ({
  id: row.id,
  instance_id: row.machine_id,
  kind: row.kind,
  status: row.outcome === null ? row.phase : row.outcome === 'done' ? 'completed' : row.outcome,
  reason: row.reason,
  requested_by: row.requested_by,
  message: row.problem,
  message_finding: row.problem_finding,
  progress: {
    batch: row.batch,
    machines_tried: rentals.length,
    machines_created: rentals.filter(({ provider_machine_id: id }) => id !== null).length,
    machines_destroyed: rentals.filter(({ state }) => state === 'gone').length,
    offers_found: row.offers_found,
    percent,
  },
  seconds: { ...row.seconds },
  snapshot_id: row.snapshot_id,
  restore_id: row.restore_id,
  cancellable: row.finished_at === null && row.cancel_requested_at === null && canCancel(row.kind, row.phase),
  error_code: row.error_code,
  error_params: row.error_params,
  error: row.error_message,
  created_at: row.created_at.toISOString(),
  phase_at: row.phase_at.toISOString(),
  finished_at: row.finished_at?.toISOString() ?? null,
});

export const showCandidate = (operation: OperationRow, rental: RentalRow): Candidate => ({
  id: rental.id,
  batch: rental.batch,
  state: rental.state,
  is_winner: rental.id === operation.winner_id,
  offer_id: rental.offer_id,
  machine_id: rental.host_machine_id,
  host_id: rental.host_id,
  gpu_name: rental.offer.gpuName,
  num_gpus: rental.offer.gpuCount,
  geolocation: rental.offer.geolocation,
  inet_down: rental.offer.downloadMbps,
  dph_total: dollars(rental.offer.pricePerHourMicroUsd),
  failure: rental.failure ?? rental.release_reason,
  ordered_at: rental.ordered_at.toISOString(),
  usable_at: rental.usable_at?.toISOString() ?? null,
  gone_at: rental.gone_at?.toISOString() ?? null,
});

interface EventDetails {
  readonly reason?: string | null;
  readonly message?: string | null;
  /** The message without words. */
  readonly finding?: Finding | null;
  readonly snapshotId?: string | null;
  readonly pricePerHourMicroUsd?: number | null;
  readonly evidence?: MachineEvent['evidence'];
}

export const showEvent = (row: MachineEventRow, savedMicroUsd: number | null): MachineEvent => {
  const details = row.details as EventDetails;
  return {
    id: row.id,
    instance_id: row.machine_id,
    at: row.at.toISOString(),
    event_type: row.kind,
    operation_id: row.operation_id,
    reason: details.reason ?? null,
    message: details.message ?? null,
    message_finding: details.finding ?? null,
    dph_total:
      typeof details.pricePerHourMicroUsd === 'number' ? dollars(details.pricePerHourMicroUsd) : null,
    savings_usd: savedMicroUsd === null ? null : dollars(savedMicroUsd),
    snapshot_id: details.snapshotId ?? null,
    evidence: [...(details.evidence ?? [])],
  };
};
