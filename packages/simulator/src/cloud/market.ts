import { wander } from './draw.ts';
import type { Machine } from './machine.ts';
import type { CloudState } from './state.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Prices and the demand of others change in steps of this length, each machine at its own moment. */
export const marketStepMs = 5 * minuteMs;

const pricePeriodsMs = [2 * hourMs, 11 * hourMs, 70 * hourMs];
const bidPeriodsMs = [25 * minuteMs, 3 * hourMs, 17 * hourMs];
const demandPeriodsMs = [90 * minuteMs, 8 * hourMs];

/** How far prices stray from their level: e to the power of it, at the extremes. */
const priceSwing = 0.45;
const bidSwing = 0.8;

const phaseOf = (machine: Machine): number => (machine.index * 7919) % marketStepMs;

/** The beginning of the step in which a moment lies. */
const stepAt = (machine: Machine, atMs: number): number =>
  Math.floor((atMs - phaseOf(machine)) / marketStepMs) * marketStepMs + phaseOf(machine);

export const nextStepAt = (machine: Machine, atMs: number): number => stepAt(machine, atMs) + marketStepMs;

const factorOf = (state: CloudState, machine: Machine): number =>
  state.machines[machine.index]?.priceFactor ?? 1;

/** Micro-dollars an hour for as many GPUs on demand, before storage. */
export const priceAt = (state: CloudState, machine: Machine, numGpus: number, atMs: number): number => {
  const moved = wander(state.seed, ['price', machine.index], stepAt(machine, atMs), pricePeriodsMs);
  const one = machine.gpuMicrosPerHour * Math.exp(priceSwing * moved) * factorOf(state, machine);
  return Math.max(1000, Math.round(one * numGpus));
};

/** Micro-dollars an hour below which a bid for as many GPUs does not run. */
export const minimumBidAt = (state: CloudState, machine: Machine, numGpus: number, atMs: number): number => {
  const moved = wander(state.seed, ['bid', machine.index], stepAt(machine, atMs), bidPeriodsMs);
  const one = machine.gpuMicrosPerHour * machine.bidShare * Math.exp(bidSwing * moved);
  return Math.max(1000, Math.round(one * factorOf(state, machine) * numGpus));
};

/** How many GPUs of it others want: they get what we do not hold. */
export const demandAt = (state: CloudState, machine: Machine, atMs: number): number => {
  const moved = wander(state.seed, ['demand', machine.index], stepAt(machine, atMs), demandPeriodsMs);
  const level = Math.min(1, Math.max(0, machine.occupancy + 0.75 * moved));
  return Math.round(level * machine.numGpus);
};
