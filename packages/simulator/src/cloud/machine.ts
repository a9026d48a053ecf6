import { createDraw, hash, type Draw } from './draw.ts';
import { gpuModels, totalWeight, type GpuModel } from './gpu-models.ts';
import { places, type Place } from './places.ts';

/** What a machine does wrong, when it is one of the bad ones. */
export type Flaw =
  | 'stuck-loading'
  | 'ssh-refuses'
  | 'ssh-hangs'
  | 'wrong-host-key'
  | 'oci-failure'
  | 'dies'
  | 'slow-link';

export const flaws: readonly Flaw[] = [
  'stuck-loading',
  'ssh-refuses',
  'ssh-hangs',
  'wrong-host-key',
  'oci-failure',
  'dies',
  'slow-link',
];

/** A machine of the market: what does not change with time. */
export interface Machine {
  readonly index: number;
  readonly machineId: number;
  /** Who owns it: one host may own several machines. */
  readonly hostId: number;
  readonly gpu: GpuModel;
  readonly numGpus: number;
  /** Sizes in which its GPUs are offered, largest first. */
  readonly sizes: readonly number[];
  readonly place: Place;
  readonly cpuName: string;
  readonly cpuCores: number;
  readonly cpuGhz: number;
  readonly cpuRamMb: number;
  readonly diskName: string;
  readonly diskGb: number;
  /** MB/s. */
  readonly diskBandwidth: number;
  /** Mbit/s. */
  readonly downMbps: number;
  readonly upMbps: number;
  readonly downMicrosPerGb: number;
  readonly upMicrosPerGb: number;
  readonly storageMicrosPerGbMonth: number;
  readonly gpuMicrosPerHour: number;
  /** What a bid may be at least, beside the on-demand price. */
  readonly bidShare: number;
  /** How much of it others rent, on average. */
  readonly occupancy: number;
  readonly directPorts: number;
  readonly reliability: number;
  readonly isVerified: boolean;
  readonly isDatacenter: boolean;
  readonly hasStaticIp: boolean;
  readonly publicIp: string;
  readonly driverVersion: string;
  readonly cudaVersion: number;
  readonly flaw: Flaw | undefined;
}

const cpus = ['AMD EPYC 7543', 'AMD EPYC 7302', 'AMD Ryzen 9 5950X', 'Xeon Gold 6248', 'Core i9-12900K'];
const disks = ['SAMSUNG MZQL23T8', 'nvme', 'WD_BLACK SN850X', 'KINGSTON SKC3000', 'INTEL SSDPE2KX'];
const drivers: readonly (readonly [string, number])[] = [
  ['535.183.01', 12.2],
  ['550.127.05', 12.4],
  ['560.35.05', 12.6],
  ['570.86.15', 12.8],
  ['580.65.06', 13],
];

const pickModel = (draw: Draw): GpuModel => {
  let left = draw.uniform() * totalWeight;
  const found = gpuModels.find(({ weight }) => (left -= weight) < 0) ?? gpuModels[0];
  if (found === undefined) throw new Error('there are no GPU models');
  return found;
};

const sizesOf = (numGpus: number): readonly number[] =>
  [...new Set([numGpus, Math.ceil(numGpus / 2), 1])].toSorted((a, b) => b - a);

/** The machine of that place in the market of a seed. `badShare` is how many have a flaw. */
export const describeMachine = (seed: number, index: number, badShare: number): Machine => {
  const draw = createDraw(seed, 'machine', index);
  const gpu = pickModel(draw);
  const numGpus = draw.pick(gpu.counts);
  const isDatacenter = draw.chance(0.25);
  const flawed = createDraw(seed, 'flaw', index);
  const flaw = flawed.chance(badShare) ? flawed.pick(flaws) : undefined;
  const [driverVersion, cudaVersion] = draw.pick(drivers);
  const cpuCores = numGpus * draw.pick([8, 12, 16, 24]);
  const downMbps = Math.min(10_000, Math.max(60, draw.logNormal(isDatacenter ? 2200 : 700, 0.7)));
  // Owners of several machines are neighbours in the market: offers of one host differ in more than their size.
  const hostId = 40_000 + Math.floor(index / (1 + (hash(seed, 'owner', Math.floor(index / 4)) % 3)));
  return {
    index,
    machineId: 10_000 + index,
    hostId,
    gpu,
    numGpus,
    sizes: sizesOf(numGpus),
    place: draw.pick(places),
    cpuName: draw.pick(cpus),
    cpuCores,
    cpuGhz: draw.integer(24, 52) / 10,
    cpuRamMb: cpuCores * draw.pick([4, 6, 8]) * 1024,
    diskName: draw.pick(disks),
    diskGb: numGpus * draw.integer(150, 900),
    diskBandwidth: draw.integer(600, 6500),
    downMbps: Math.round(downMbps * 10) / 10,
    upMbps: Math.round(downMbps * (isDatacenter ? 0.9 : 0.6) * 10) / 10,
    downMicrosPerGb: isDatacenter ? 0 : draw.integer(1, 8) * 1000,
    upMicrosPerGb: isDatacenter ? 2000 : draw.integer(2, 20) * 1000,
    storageMicrosPerGbMonth: draw.integer(8, 30) * 10_000,
    gpuMicrosPerHour: Math.round(gpu.typicalPriceMicros * draw.logNormal(isDatacenter ? 1.15 : 1, 0.22)),
    bidShare: 0.35 + 0.35 * draw.uniform(),
    occupancy: 0.1 + 0.4 * draw.uniform(),
    directPorts: draw.chance(0.08) ? 0 : draw.integer(16, 250),
    reliability: flaw === undefined ? 0.96 + 0.0399 * draw.uniform() : 0.85 + 0.14 * draw.uniform(),
    isVerified: draw.chance(flaw === undefined ? 0.9 : 0.75),
    isDatacenter,
    hasStaticIp: draw.chance(0.4),
    publicIp: `203.0.113.${1 + (index % 254)}`,
    driverVersion,
    cudaVersion,
    flaw,
  };
};
