import type { AgentStatus } from '@dumont/contracts/machines/agent';
import type { Figures } from './idle.ts';

/** A beat as it is kept. */
export interface BeatSample extends Figures {
  readonly gpu_memory_used_mb: readonly (number | null)[] | null;
  readonly gpu_memory_total_mb: readonly (number | null)[] | null;
  readonly gpu_temperature: readonly (number | null)[] | null;
  readonly memory_used_mb: number | null;
  readonly memory_total_mb: number | null;
  readonly disk_used_gb: number | null;
  readonly disk_total_gb: number | null;
}

/** A list as long as there are GPUs: what is missing is unknown. An empty one is kept as none. */
const fill = (values: readonly (number | null)[], count: number): (number | null)[] | null =>
  values.length === 0
    ? null
    : Array.from({ length: Math.max(count, values.length) }, (_, index) => values[index] ?? null);

/**
 * @param rentedGpus how many GPUs the provider lets: one that the machine does not show is unknown, not quiet
 */
export const readFigures = (status: AgentStatus, at: Date, rentedGpus: number): BeatSample => {
  const { gpu_metrics: gpus, figures } = status;
  const count = Math.max(gpus?.gpu_count ?? 0, rentedGpus);
  // Agents of other makes send one figure for all: with several GPUs nobody knows which it is of.
  const single = gpus?.utilization ?? status.gpu_utilization ?? null;
  const each = gpus?.gpu_utilizations ?? [];
  const percents = each.length > 0 || single === null ? each : [single];
  return {
    at,
    gpu_percent: fill(percents, count),
    gpu_memory_used_mb: fill(gpus?.gpu_memory_used ?? [], count),
    gpu_memory_total_mb: fill(gpus?.gpu_memory_total ?? [], count),
    gpu_temperature: fill(gpus?.gpu_temperatures ?? [], count),
    cpu_percent: figures?.cpu_percent ?? null,
    memory_used_mb: figures?.memory_used_mb ?? null,
    memory_total_mb: figures?.memory_total_mb ?? null,
    disk_used_gb: figures?.disk_used_gb ?? null,
    disk_total_gb: figures?.disk_total_gb ?? null,
    disk_mbps: figures?.disk_mbps ?? null,
    network_mbps: figures?.network_mbps ?? null,
    sessions: figures?.sessions ?? null,
    input_seconds_ago: figures?.input_seconds_ago ?? null,
  };
};
