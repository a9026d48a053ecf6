import type { Selectable } from 'kysely';
import type { IdlePolicy } from '@dumont/contracts/machines/instances';
import type { MachineOperations, Machines, Rentals } from '../../kernel/db/schema.gen.ts';

/** What a user asked for and keeps, whatever is rented for it at the moment. */
export type MachineRow = Selectable<Machines>;
/** Something that is done with a machine: some phases in an order. */
export type OperationRow = Selectable<MachineOperations>;
/** A machine of a provider, ordered for one of ours. */
export type RentalRow = Selectable<Rentals>;

/**
 * Quiet for three minutes. The thresholds beside the GPU's let an idle system's own housekeeping pass: a desktop image
 * with sshd, cron and a notebook server without a kernel stays below them, a download or a CPU-only phase does not.
 */
export const defaultIdlePolicy: IdlePolicy = {
  enabled: true,
  window_seconds: 180,
  gpu_percent: 5,
  cpu_percent: 20,
  disk_mbps: 2,
  network_mbps: 0.5,
  warning_seconds: 60,
};
