import type { Instance, InstanceStatus } from '@dumont/contracts/machines/instances';
import type { ProviderMachine } from '../market/index.ts';
import type { MachineRow, OperationRow, RentalRow } from './machine.ts';
import { plans } from './plans.ts';
import type { LatestSample } from './sample-store.ts';
import { showOperation } from './wire-operation.ts';

/** All that is shown of a machine besides its row. */
export interface Surroundings {
  /** What is being done with it, or was last. */
  readonly operation: OperationRow | undefined;
  readonly operationRentals: readonly RentalRow[];
  /** Of the snapshot that is being made. */
  readonly percent: number | null;
  /** The one in charge. */
  readonly rental: RentalRow | undefined;
  readonly isAdoptable: boolean;
  readonly provider: string | null;
  readonly listed: ProviderMachine | undefined;
  readonly sample: LatestSample | undefined;
  readonly costMicroUsd: number;
}

export const statusOf = (machine: MachineRow, operation: OperationRow | undefined): InstanceStatus => {
  if (operation !== undefined && operation.finished_at === null) return plans[operation.kind].status;
  return machine.state === 'new' ? 'failed' : machine.state;
};

const billedStates = ['ordered', 'waiting', 'usable', 'releasing'];

/** What it costs in an hour now: as the provider lists it, else as it was ordered. A stopped one costs its disk. */
const rateOf = (rental: RentalRow | undefined, listed: ProviderMachine | undefined): number => {
  if (rental === undefined || !billedStates.includes(rental.state)) return 0;
  if (listed === undefined) return rental.offer.pricePerHourMicroUsd / 1e6;
  return (
    (listed.state === 'running' ? listed.pricePerHourMicroUsd : listed.storagePricePerHourMicroUsd) / 1e6
  );
};

const most = (figures: readonly (number | null)[] | null | undefined): number | null => {
  const known = (figures ?? []).filter((figure) => figure !== null);
  return known.length === 0 ? null : Math.max(...known);
};

/** When it falls asleep if nothing happens; null while it is at work, or kept awake for good. */
export const sleepTimeOf = (machine: MachineRow): Date | null => {
  const { idle_policy: policy, idle_since: since } = machine;
  if (!policy.enabled || since === null || machine.state !== 'running') return null;
  const at = since.getTime() + policy.window_seconds * 1000;
  return new Date(Math.max(at, machine.keep_until?.getTime() ?? 0));
};

/** As providers count memory, 1,024 MB to the GB; figures of agents are in millions of bytes. */
const gbOfFigure = (mb: number | null | undefined): number | null =>
  mb === null || mb === undefined ? null : (mb * 1e6) / 1024 ** 3;

export const showInstance = (machine: MachineRow, around: Surroundings): Instance => {
  const { operation, rental, listed, sample } = around;
  const { offer } = rental ?? {};
  const rate = rateOf(rental, listed);
  const isUp = rental?.state === 'usable' && rental.ssh_host !== null && rental.ssh_port !== null;
  return {
    id: machine.id,
    project_id: machine.project_id,
    owner_id: machine.owner_id,
    label: machine.label,
    status: statusOf(machine, operation),
    actual_status: rental?.state === 'usable' ? (listed?.state ?? null) : null,
    status_since: machine.state_at.toISOString(),
    operation:
      operation === undefined ? null : showOperation(operation, around.operationRentals, around.percent),
    problem: machine.problem,
    problem_finding: machine.problem_finding,
    adoptable: around.isAdoptable,
    needs: machine.needs,
    image: machine.image,
    disk_size: machine.disk_gb,
    ports: machine.ports,
    onstart_cmd: machine.on_start,
    provider: around.provider,
    provider_instance_id: rental?.provider_machine_id ?? null,
    gpu_name: offer?.gpuName ?? machine.needs.gpu_name,
    num_gpus: offer?.gpuCount ?? machine.needs.num_gpus,
    gpu_ram: offer?.gpuMemoryMb ?? null,
    cpu_cores: offer?.cpuCores ?? null,
    cpu_ram: offer === undefined ? null : offer.memoryMb / 1024,
    disk_space: offer === undefined ? null : machine.disk_gb,
    inet_down: offer?.downloadMbps ?? null,
    inet_up: offer?.uploadMbps ?? null,
    geolocation: offer?.geolocation ?? null,
    dph_total: rate,
    total_dph: rate,
    cost_total: around.costMicroUsd / 1e6,
    public_ipaddr: isUp ? rental.ssh_host : null,
    ssh_host: isUp ? rental.ssh_host : null,
    ssh_port: isUp ? rental.ssh_port : null,
    ssh_command: isUp ? `ssh -p ${rental.ssh_port} root@${rental.ssh_host}` : null,
    ssh_host_key: isUp ? rental.host_key : null,
    start_date: rental?.usable_at?.toISOString() ?? null,
    created_at: machine.created_at.toISOString(),
    gpu_util: most(sample?.gpu_percent),
    gpu_temp: most(sample?.gpu_temperature),
    cpu_util: sample?.cpu_percent ?? null,
    ram_used: gbOfFigure(sample?.memory_used_mb),
    ram_total: gbOfFigure(sample?.memory_total_mb),
    last_heartbeat: machine.last_beat_at?.toISOString() ?? null,
    idle_since: machine.idle_since?.toISOString() ?? null,
    will_hibernate_at: sleepTimeOf(machine)?.toISOString() ?? null,
    keep_alive_until: machine.keep_until?.toISOString() ?? null,
    idle_policy: machine.idle_policy,
    schedule: {
      sleep_cron: machine.sleep_cron,
      wake_cron: machine.wake_cron,
      time_zone: machine.time_zone,
      next_sleep_at: machine.sleep_at?.toISOString() ?? null,
      next_wake_at: machine.wake_at?.toISOString() ?? null,
    },
    snapshot_id: machine.snapshot_id,
    epoch: machine.epoch,
  };
};
