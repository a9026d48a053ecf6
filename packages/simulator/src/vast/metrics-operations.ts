import type { Ask } from '../cloud/asks.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Machine } from '../cloud/machine.ts';
import { demandAt, priceAt } from '../cloud/market.ts';
import type { Exchange, Operation } from './exchange.ts';
import { dollars, failure, success, type VastResponse } from './reply.ts';

const percentile = (sorted: readonly number[], share: number): number | null => {
  if (sorted.length === 0) return null;
  const position = share * (sorted.length - 1);
  const low = sorted[Math.floor(position)] ?? 0;
  const high = sorted[Math.ceil(position)] ?? low;
  return Number((low + (high - low) * (position - Math.floor(position))).toFixed(6));
};

const sortNumbers = (numbers: readonly number[]): readonly number[] => numbers.toSorted((a, b) => a - b);

interface Filters {
  readonly verified: string;
  readonly hostingType: string;
  readonly numGpus: string;
}

const readFilters = ({ parsed }: Exchange): Filters | VastResponse => {
  const verified = parsed.query.get('verified') ?? 'yes';
  const hostingType = parsed.query.get('hosting_type') ?? 'all';
  const refuse = (msg: string) => failure(400, 'invalid_args', msg);
  if (!['yes', 'no', 'all'].includes(verified)) return refuse("verified must be 'yes', 'no', or 'all'");
  if (!['all', 'secure_cloud', 'community'].includes(hostingType))
    return refuse("hosting_type must be 'all', 'secure_cloud', or 'community'");
  return { verified, hostingType, numGpus: parsed.query.get('num_gpus') ?? 'all' };
};

const isWanted = (machine: Machine, filters: Filters): boolean =>
  (filters.verified === 'all' || machine.isVerified === (filters.verified === 'yes')) &&
  (filters.hostingType === 'all' || machine.isDatacenter === (filters.hostingType === 'secure_cloud')) &&
  (filters.numGpus === 'all' || machine.numGpus === Number(filters.numGpus));

const machinesOf = (cloud: Cloud): readonly Machine[] =>
  Array.from({ length: cloud.world.state.market.machines }, (_, index) => cloud.machine(index));

const groupByGpu = (machines: readonly Machine[]): ReadonlyMap<string, readonly Machine[]> =>
  Map.groupBy(machines, ({ gpu }) => gpu.name);

/** The offer of all GPUs of a machine says whether it is free. */
const wholeAsks = (cloud: Cloud): ReadonlyMap<number, Ask> =>
  new Map(
    cloud.asks().flatMap((ask) => (ask.numGpus === ask.machine.numGpus ? [[ask.machine.index, ask]] : [])),
  );

const sum = (machines: readonly Machine[], of: (machine: Machine) => number): number =>
  machines.reduce((total, machine) => total + of(machine), 0);

const countsOf = (machines: readonly Machine[], isFree: (machine: Machine) => boolean) => {
  const part = (isVerified: boolean, wantsFree: boolean): readonly Machine[] =>
    machines.filter((machine) => machine.isVerified === isVerified && isFree(machine) === wantsFree);
  const gpus = (some: readonly Machine[]): number => sum(some, ({ numGpus }) => numGpus);
  const free = machines.filter(isFree);
  return {
    total: machines.length,
    available: free.length,
    rented_verified: part(true, false).length,
    avail_verified: part(true, true).length,
    rented_unverified: part(false, false).length,
    avail_unverified: part(false, true).length,
    total_gpus: gpus(machines),
    available_gpus: gpus(free),
    rented_verified_gpus: gpus(part(true, false)),
    avail_verified_gpus: gpus(part(true, true)),
    rented_unverified_gpus: gpus(part(false, false)),
    avail_unverified_gpus: gpus(part(false, true)),
  };
};

/** Per GPU type: how many there are, how many are free, and the percentiles of their price for one GPU. */
export const readCurrent: Operation = (exchange) => {
  const filters = readFilters(exchange);
  if ('status' in filters) return filters;
  const { cloud } = exchange;
  const asks = wholeAsks(cloud);
  const gpus = [...groupByGpu(machinesOf(cloud).filter((machine) => isWanted(machine, filters)))]
    .map(([name, machines]) => {
      const counts = countsOf(machines, ({ index }) => asks.get(index)?.isRentable === true);
      const prices = sortNumbers(
        machines.map((machine) => dollars(priceAt(cloud.world.state, machine, 1, cloud.nowMs))),
      );
      const median = percentile(prices, 0.5) ?? 0;
      const { teraflops, deepLearningScore } = machines[0]?.gpu ?? { teraflops: 0, deepLearningScore: 0 };
      return {
        gpu_name: name,
        ...counts,
        bucket_size: filters.numGpus === 'all' ? 1 : Number(filters.numGpus),
        usage: Number((100 * (1 - counts.available_gpus / counts.total_gpus)).toFixed(1)),
        usage_30d: Number((100 * (sum(machines, ({ occupancy }) => occupancy) / machines.length)).toFixed(1)),
        dlperf: deepLearningScore,
        tflops: teraflops,
        price_p10: percentile(prices, 0.1),
        price_p25: percentile(prices, 0.25),
        price_median: median,
        price_p75: percentile(prices, 0.75),
        price_p90: percentile(prices, 0.9),
        tflops_per_dollar: Number((teraflops / median).toFixed(2)),
        dlperf_per_dollar: Number((deepLearningScore / median).toFixed(2)),
      };
    })
    .toSorted((a, b) => b.total - a.total);
  return success({ gpus });
};

const maxPoints = 2000;
const hourSeconds = 3600;

const historyOf = (cloud: Cloud, machines: readonly Machine[], timestamps: readonly number[]) => {
  const { state } = cloud.world;
  const rentedAt = (machine: Machine, seconds: number): boolean =>
    demandAt(state, machine, seconds * 1000) >= machine.numGpus;
  const counts = timestamps.map((at) => countsOf(machines, (machine) => !rentedAt(machine, at)));
  const pricesAt = (at: number, isRented: boolean): readonly number[] =>
    sortNumbers(
      machines
        .filter((machine) => rentedAt(machine, at) === isRented)
        .map((machine) => dollars(priceAt(state, machine, 1, at * 1000))),
    );
  const series = (isRented: boolean, share: number) =>
    timestamps.map((at) => percentile(pricesAt(at, isRented), share));
  const columns = Object.keys(counts[0] ?? {}) as (keyof (typeof counts)[number])[];
  const { teraflops, deepLearningScore } = machines[0]?.gpu ?? { teraflops: 0, deepLearningScore: 0 };
  const median = percentile(pricesAt(timestamps.at(-1) ?? 0, false), 0.5);
  const perDollar = (value: number) => (median === null ? null : Number((value / median).toFixed(2)));
  return {
    supply_demand: {
      timestamps,
      bucket_size: 1,
      ...Object.fromEntries(columns.map((column) => [column, counts.map((count) => count[column])])),
    },
    pricing: {
      timestamps,
      rented_p10: series(true, 0.1),
      rented_median: series(true, 0.5),
      rented_p90: series(true, 0.9),
      avail_p10: series(false, 0.1),
      avail_median: series(false, 0.5),
      avail_p90: series(false, 0.9),
    },
    stats: {
      tflops: teraflops,
      dlperf: deepLearningScore,
      tflops_per_dollar: perDollar(teraflops),
      dlperf_per_dollar: perDollar(deepLearningScore),
    },
  };
};

const defaultNames = 'RTX 5090,RTX 4090,RTX 3090';

/** The past of the market: prices are a function of time, so that there is one from the first day. */
export const readHistory: Operation = (exchange) => {
  const filters = readFilters(exchange);
  if ('status' in filters) return filters;
  const { cloud, parsed } = exchange;
  const readTime = (name: string, otherwise: number): number => {
    const given = parsed.query.get(name);
    return given === null ? otherwise : Number(given);
  };
  const end = readTime('end', Math.floor(cloud.nowMs / 1000));
  const start = readTime('start', end - 24 * hourSeconds);
  const step = readTime('step', hourSeconds);
  if (![start, end, step].every(Number.isInteger) || step < 1)
    return failure(400, 'invalid_args', 'start, end, and step must be integers');
  if (start > end) return failure(400, 'invalid_args', 'start must be <= end');
  const timestamps = Array.from(
    { length: Math.min(maxPoints, Math.floor((end - start) / step) + 1) },
    (_, index) => start + index * step,
  );
  const groups = groupByGpu(machinesOf(cloud).filter((machine) => isWanted(machine, filters)));
  const asked = parsed.query.get('gpu_name') ?? defaultNames;
  const names =
    asked === 'all' ? [...groups.keys()] : asked.split(',').map((name) => name.trim().replaceAll('_', ' '));
  const gpus = Object.fromEntries(
    names.flatMap((name) => {
      const machines = groups.get(name);
      return machines === undefined ? [] : [[name, historyOf(cloud, machines, timestamps)]];
    }),
  );
  return success({ gpus });
};

export const readLocations: Operation = ({ cloud }) => {
  const asks = wholeAsks(cloud);
  const groups = Map.groupBy(machinesOf(cloud), (machine) =>
    JSON.stringify([
      machine.place.city,
      machine.gpu.name,
      asks.get(machine.index)?.isRentable !== true,
      machine.isVerified,
      machine.isDatacenter,
    ]),
  );
  const locations = [...groups.values()].flatMap((machines) => {
    const [first] = machines;
    if (first === undefined) return [];
    return [
      {
        latitude: first.place.latitude,
        longitude: first.place.longitude,
        city: first.place.city,
        country_code: first.place.countryCode,
        gpu_name: first.gpu.name,
        rented: asks.get(first.index)?.isRentable !== true,
        verified: first.isVerified,
        datacenter: first.isDatacenter,
        num_gpus: sum(machines, ({ numGpus }) => numGpus),
      },
    ];
  });
  return success({ locations });
};
