import type { Cloud } from '../cloud/cloud.ts';
import type { Contract } from '../cloud/contract.ts';
import { hash } from '../cloud/draw.ts';
import { minimumBidAt } from '../cloud/market.ts';
import { costFields, machineFields } from './offer-fields.ts';
import { dollars } from './reply.ts';

export type Instance = Readonly<Record<string, unknown>>;

const isDirect = (contract: Contract): boolean => /direc/.test(contract.runtype);
const isJupyter = (contract: Contract): boolean => /jupyter/.test(contract.runtype);

/** Host names of the provider's SSH proxies are numbered. */
const proxyCount = 9;
const proxyIndex = (contract: Contract): number => 1 + (contract.id % proxyCount);

const firstPort = 20_000;
const portOf = (contract: Contract): number => firstPort + ((contract.id * 37) % 40_000);

interface SshAddress {
  readonly ssh_host: string;
  readonly ssh_port: number;
}

/** A machine with a body is reached where its body listens, by both ways. */
const sshAddress = (contract: Contract): SshAddress => {
  const port = contract.address?.port ?? 10_000 + ((contract.id * 31) % 30_000);
  return {
    ssh_host: contract.address?.host ?? `ssh${proxyIndex(contract)}.vast.ai`,
    // Clients add 1 for these, since the port before is the notebook's.
    ssh_port: isJupyter(contract) ? port - 1 : port,
  };
};

type PortMap = Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>>;

const mapped = (port: number) => [
  { HostIp: '0.0.0.0', HostPort: String(port) },
  { HostIp: '::', HostPort: String(port) },
];

/** Open ports, while the container runs: SSH, and those of `-p` in its environment. */
const portsOf = (contract: Contract): PortMap => {
  if (contract.runningSinceMs === null || !isDirect(contract)) return {};
  const wanted = contract.env.flatMap(([name]) => {
    const port = /^-p\s+\d+:(\d+)(\/udp)?$/.exec(name);
    return port === null ? [] : [`${port[1] ?? ''}${port[2] ?? '/tcp'}`];
  });
  const first = portOf(contract);
  return Object.fromEntries([
    ['22/tcp', mapped(contract.address?.port ?? first)],
    ...wanted.filter((port) => port !== '22/tcp').map((port, index) => [port, mapped(first + 1 + index)]),
  ]) as PortMap;
};

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

/** A machine at rest is not quite at rest; it moves every ten seconds. */
const noise = (cloud: Cloud, contract: Contract, what: string, most: number): number =>
  (hash(contract.id, what, Math.floor(cloud.nowMs / 10_000)) % (most * 10 + 1)) / 10;

const loadFields = (cloud: Cloud, contract: Contract, diskGb: number) => {
  if (contract.runningSinceMs === null)
    return {
      gpu_util: null,
      gpu_temp: null,
      cpu_util: null,
      mem_usage: null,
      disk_usage: -1,
      disk_util: -1,
      vmem_usage: null,
      uptime_mins: null,
    };
  const { load } = contract;
  const gpu = mean(load.gpuPercent) ?? noise(cloud, contract, 'gpu', 1);
  return {
    gpu_util: gpu,
    gpu_temp: 31 + Math.round(gpu * 0.4 + noise(cloud, contract, 'temperature', 3)),
    cpu_util: load.cpuPercent + noise(cloud, contract, 'cpu', 1),
    mem_usage: load.memoryMb / 1024,
    disk_usage: load.diskUsedGb,
    disk_util: load.diskUsedGb / diskGb,
    vmem_usage: (mean(load.gpuMemoryMb) ?? 3) / 1024,
    uptime_mins: (cloud.nowMs - contract.runningSinceMs) / 60_000,
  };
};

/** A rented machine as the provider lists it. */
export const instanceFields = (cloud: Cloud, contract: Contract): Instance => {
  const machine = cloud.machine(contract.machine);
  const { gpuMicrosPerHour, diskMicrosPerHour } = contract.rates;
  const state = cloud.world.state;
  const first = portOf(contract);
  const fields = machineFields(machine, contract.numGpus);
  const total = dollars(gpuMicrosPerHour + diskMicrosPerHour);
  return {
    id: contract.id,
    ...fields,
    disk_space: contract.diskGb,
    actual_status: contract.actualStatus,
    cur_state: contract.currentState,
    next_state: contract.nextState,
    intended_status: contract.intendedStatus,
    status_msg: contract.statusMessage === '' ? null : contract.statusMessage,
    label: contract.label,
    image_uuid: contract.image,
    image_runtype: contract.runtype,
    image_args: contract.args,
    extra_env: contract.env,
    onstart: contract.onstart,
    template_id: null,
    template_hash_id: contract.templateHash,
    template_name: null,
    public_ipaddr: contract.address?.host ?? machine.publicIp,
    local_ipaddrs: '172.17.0.2',
    ...sshAddress(contract),
    ssh_idx: String(proxyIndex(contract)),
    machine_dir_ssh_port: first,
    ports: portsOf(contract),
    direct_port_start: isDirect(contract) ? first : -1,
    direct_port_end: isDirect(contract) ? first + 9 : -1,
    jupyter_token: contract.apiKey.slice(0, 32),
    start_date: contract.createdAtMs / 1000,
    end_date: contract.endsAtMs / 1000,
    duration: (contract.endsAtMs - cloud.nowMs) / 1000,
    client_run_time: 1.1,
    ...loadFields(cloud, contract, contract.diskGb),
    mem_limit: (machine.cpuRamMb * (contract.numGpus / machine.numGpus)) / 1024,
    dph_base: dollars(gpuMicrosPerHour),
    dph_total: total,
    discounted_dph_total: total,
    storage_total_cost: dollars(diskMicrosPerHour),
    min_bid: dollars(minimumBidAt(state, machine, contract.numGpus, cloud.nowMs)),
    is_bid: contract.isBid,
    rentable: false,
    rented: true,
    score: 0,
    dlperf_per_dphtotal: fields.dlperf / total,
    flops_per_dphtotal: fields.total_flops / total,
    volume_info: [],
    search: costFields(gpuMicrosPerHour, diskMicrosPerHour),
    instance: costFields(gpuMicrosPerHour, diskMicrosPerHour),
  };
};
