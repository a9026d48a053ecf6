import type { Ask } from '../cloud/asks.ts';
import { diskMicrosPerHour } from '../cloud/bill.ts';
import { hash } from '../cloud/draw.ts';
import type { Machine } from '../cloud/machine.ts';
import { dollars } from './reply.ts';

export type OfferType = 'on-demand' | 'bid' | 'reserved';

export type Offer = Readonly<Record<string, unknown>>;

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

const driverNumber = (version: string): number => {
  const [major = '0', minor = '0', patch = '0'] = version.split('.');
  return Number(`${major.padStart(3, '0')}${minor.padStart(3, '0')}${patch.padStart(3, '0')}`);
};

const makeMachineFields = (machine: Machine, numGpus: number) => {
  const share = numGpus / machine.numGpus;
  const { gpu, place } = machine;
  return {
    machine_id: machine.machineId,
    host_id: machine.hostId,
    num_gpus: numGpus,
    gpu_name: gpu.name,
    gpu_ram: gpu.memoryMb,
    gpu_total_ram: gpu.memoryMb * numGpus,
    gpu_totalram: gpu.memoryMb * numGpus,
    gpu_frac: share,
    gpu_arch: 'nvidia',
    gpu_lanes: 16,
    gpu_mem_bw: gpu.memoryBandwidth,
    gpu_max_power: gpu.maxPowerWatt,
    gpu_max_temp: 90,
    gpu_display_active: false,
    compute_cap: gpu.computeCapability,
    cuda_max_good: machine.cudaVersion,
    bw_nvlink: gpu.nvlinkBandwidth,
    cpu_name: machine.cpuName,
    cpu_arch: 'amd64',
    cpu_cores: machine.cpuCores,
    cpu_cores_effective: machine.cpuCores * share,
    cpu_ghz: machine.cpuGhz,
    cpu_ram: machine.cpuRamMb,
    has_avx: 1,
    disk_name: machine.diskName,
    disk_bw: machine.diskBandwidth,
    inet_up: machine.upMbps,
    inet_down: machine.downMbps,
    inet_up_cost: dollars(machine.upMicrosPerGb),
    inet_down_cost: dollars(machine.downMicrosPerGb),
    internet_up_cost_per_tb: dollars(machine.upMicrosPerGb) * 1024,
    internet_down_cost_per_tb: dollars(machine.downMicrosPerGb) * 1024,
    direct_port_count: machine.directPorts,
    pci_gen: gpu.pciGeneration,
    pcie_bw: gpu.pciGeneration * 6.1,
    mobo_name: 'X13SAE',
    driver_version: machine.driverVersion,
    driver_vers: driverNumber(machine.driverVersion),
    os_version: '22.04',
    ubuntu_version: '22.04',
    storage_cost: dollars(machine.storageMicrosPerGbMonth),
    hosting_type: machine.isDatacenter ? 1 : 0,
    datacenter: machine.isDatacenter,
    geolocation: `${place.country}, ${place.countryCode}`,
    geolocode: hash(0, place.country) % 100_000_000,
    country_code: place.countryCode,
    reliability: round(machine.reliability, 7),
    reliability2: round(machine.reliability, 7),
    expected_reliability: round(machine.reliability, 7),
    verification: machine.isVerified ? 'verified' : 'unverified',
    vericode: machine.isVerified ? 1 : 0,
    static_ip: machine.hasStaticIp,
    public_ipaddr: machine.publicIp,
    vms_enabled: machine.isDatacenter,
    external: false,
    is_vm_deverified: false,
    cluster_id: null,
    logo: '/static/logos/vastai_small2.png',
    webpage: null,
    total_flops: round(gpu.teraflops * numGpus, 4),
    dlperf: round(gpu.deepLearningScore * numGpus, 4),
    rn: 1,
    disk_space: machine.diskGb * share,
    duration: (30 + (hash(machine.index, 'duration') % 60)) * 86_400,
    bundle_id: 500_000 + machine.index,
    time_remaining: '',
    time_remaining_isbid: '',
    credit_balance: null,
    credit_discount: null,
    credit_discount_max: 0.1,
    host_run_time: 2_592_000,
    avail_vol_ask_id: null,
    avail_vol_dph: null,
    avail_vol_size: null,
    nw_disk_min_bw: null,
    nw_disk_avg_bw: null,
    nw_disk_max_bw: null,
  };
};

const madeFields = new WeakMap<Machine, Map<number, ReturnType<typeof makeMachineFields>>>();

/** What an offer and a rented machine say of the machine alike: made once, it never changes. */
export const machineFields = (machine: Machine, numGpus: number): ReturnType<typeof makeMachineFields> => {
  const bySize = madeFields.get(machine) ?? new Map<number, ReturnType<typeof makeMachineFields>>();
  madeFields.set(machine, bySize);
  const fields = bySize.get(numGpus) ?? makeMachineFields(machine, numGpus);
  bySize.set(numGpus, fields);
  return fields;
};

/** Costs an hour, as both forms of them are listed. Dollars. */
export const costFields = (gpuMicros: number, diskMicros: number) => {
  const total = dollars(gpuMicros + diskMicros);
  return {
    gpuCostPerHour: dollars(gpuMicros),
    diskHour: dollars(diskMicros),
    totalHour: total,
    discountTotalHour: 0,
    discountedTotalPerHour: total,
    totalWithoutDiscount: total,
  };
};

/** An offer in two parts: what its machine is, made once, and what it costs now. */
export interface OfferParts {
  readonly machine: Offer;
  readonly own: Offer;
}

export const joinParts = ({ machine, own }: OfferParts): Offer => ({ ...machine, ...own });

/** An offer as the search answers it. `allocatedGb`: the storage that the price includes. */
export const offerParts = (ask: Ask, type: OfferType, allocatedGb: number, nowMs: number): OfferParts => {
  const { machine, numGpus } = ask;
  const gpuMicros = type === 'bid' ? ask.minimumBidMicros : ask.gpuMicrosPerHour;
  const diskMicros = diskMicrosPerHour(allocatedGb, machine.storageMicrosPerGbMonth);
  const fields = machineFields(machine, numGpus);
  const total = dollars(gpuMicros + diskMicros);
  const durationSeconds = fields.duration;
  const startSeconds = nowMs / 1000;
  const own = {
    id: ask.id,
    ask_contract_id: ask.id,
    dph_base: dollars(gpuMicros),
    dph_total: total,
    dph_total_adj: total,
    discounted_dph_total: total,
    min_bid: dollars(ask.minimumBidMicros),
    dlperf_per_dphtotal: fields.dlperf / total,
    flops_per_dphtotal: fields.total_flops / total,
    score: (fields.dlperf / total) * fields.reliability ** 8,
    storage_total_cost: dollars(diskMicros),
    rentable: ask.isRentable,
    rented: !ask.isRentable,
    is_bid: type === 'bid',
    start_date: startSeconds,
    end_date: startSeconds + durationSeconds,
    search: costFields(gpuMicros, diskMicros),
    instance: costFields(gpuMicros, diskMicros),
  };
  return { machine: fields, own };
};
