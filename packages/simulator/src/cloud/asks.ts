import { holdsGpus, type Contract } from './contract.ts';
import type { Machine } from './machine.ts';
import { demandAt, minimumBidAt, priceAt } from './market.ts';
import { listContracts } from './state.ts';
import type { World } from './world.ts';

/** What can be rented of a machine: so many of its GPUs together. Taken once; then it has another number. */
export interface Ask {
  readonly id: number;
  readonly machine: Machine;
  readonly numGpus: number;
  readonly isRentable: boolean;
  readonly gpuMicrosPerHour: number;
  readonly minimumBidMicros: number;
}

const firstId = 1_000_000;
const machineLimit = 16_384;
const sizeLimit = 4;

const idOf = (machine: Machine, sizeIndex: number, taken: number): number =>
  firstId + (taken * sizeLimit + sizeIndex) * machineLimit + machine.index;

const takenOf = (world: World, machine: Machine, numGpus: number): number =>
  world.state.machines[machine.index]?.taken[numGpus] ?? 0;

export const isAway = (world: World, machine: Machine): boolean => {
  const awayUntilMs = world.state.machines[machine.index]?.awayUntilMs;
  return awayUntilMs === null || (awayUntilMs !== undefined && world.state.nowMs < awayUntilMs);
};

/** GPUs that our renters hold, by machine. */
export const heldGpus = (contracts: readonly Contract[]): ReadonlyMap<number, number> => {
  const held = new Map<number, number>();
  for (const contract of contracts)
    if (holdsGpus(contract)) held.set(contract.machine, (held.get(contract.machine) ?? 0) + contract.numGpus);
  return held;
};

const freeOf = (world: World, machine: Machine, held: ReadonlyMap<number, number>): number =>
  isAway(world, machine)
    ? 0
    : machine.numGpus - (held.get(machine.index) ?? 0) - demandAt(world.state, machine, world.state.nowMs);

/** GPUs of a machine that can be had now; below 0 when others want some that we hold. */
export const freeGpus = (world: World, machine: Machine): number =>
  freeOf(world, machine, heldGpus(listContracts(world.state)));

const askOf = (world: World, machine: Machine, sizeIndex: number, free: number): Ask => {
  const numGpus = machine.sizes[sizeIndex] ?? 1;
  const { state } = world;
  return {
    id: idOf(machine, sizeIndex, takenOf(world, machine, numGpus)),
    machine,
    numGpus,
    isRentable: free >= numGpus,
    gpuMicrosPerHour: priceAt(state, machine, numGpus, state.nowMs),
    minimumBidMicros: minimumBidAt(state, machine, numGpus, state.nowMs),
  };
};

/** Every offer of the market, those that cannot be rented now included. */
export const listAsks = (world: World): readonly Ask[] => {
  const held = heldGpus(listContracts(world.state));
  return Array.from({ length: world.state.market.machines }, (_, index) => {
    const machine = world.machine(index);
    const free = freeOf(world, machine, held);
    return machine.sizes.map((_size, sizeIndex) => askOf(world, machine, sizeIndex, free));
  }).flat();
};

export type FoundAsk = { readonly kind: 'open' | 'taken'; readonly ask: Ask } | { readonly kind: 'unknown' };

export const findAsk = (world: World, id: number): FoundAsk => {
  const offset = id - firstId;
  const machine = Number.isInteger(id) && offset >= 0 ? world.machine(offset % machineLimit) : undefined;
  if (machine === undefined || machine.index >= world.state.market.machines) return { kind: 'unknown' };
  const rest = Math.floor(offset / machineLimit);
  const numGpus = machine.sizes[rest % sizeLimit];
  const number = Math.floor(rest / sizeLimit);
  if (numGpus === undefined) return { kind: 'unknown' };
  const taken = takenOf(world, machine, numGpus);
  if (number > taken) return { kind: 'unknown' };
  const ask = askOf(world, machine, rest % sizeLimit, freeGpus(world, machine));
  return { kind: number === taken ? 'open' : 'taken', ask: { ...ask, id } };
};
