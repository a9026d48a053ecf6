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

/** What a machine costs and how much others want of it during one step. */
interface Step {
  readonly atMs: number;
  readonly price: number;
  readonly bid: number;
  readonly demand: number;
}

/** The last step that was asked for: everything that is asked of one moment is asked often. */
const lastSteps = new WeakMap<Machine, Step>();

const findStep = (state: CloudState, machine: Machine, atMs: number): Step => {
  const stepMs = stepAt(machine, atMs);
  const last = lastSteps.get(machine);
  if (last?.atMs === stepMs) return last;
  const { seed } = state;
  const { index, gpuMicrosPerHour, bidShare, occupancy, numGpus } = machine;
  const level = occupancy + 0.75 * wander(seed, ['demand', index], stepMs, demandPeriodsMs);
  const step = {
    atMs: stepMs,
    price: gpuMicrosPerHour * Math.exp(priceSwing * wander(seed, ['price', index], stepMs, pricePeriodsMs)),
    bid:
      gpuMicrosPerHour * bidShare * Math.exp(bidSwing * wander(seed, ['bid', index], stepMs, bidPeriodsMs)),
    demand: Math.round(Math.min(1, Math.max(0, level)) * numGpus),
  };
  lastSteps.set(machine, step);
  return step;
};

const leastMicros = 1000;

/** Micro-dollars an hour for as many GPUs on demand, before storage. */
export const priceAt = (state: CloudState, machine: Machine, numGpus: number, atMs: number): number =>
  Math.max(
    leastMicros,
    Math.round(findStep(state, machine, atMs).price * factorOf(state, machine) * numGpus),
  );

/** Micro-dollars an hour below which a bid for as many GPUs does not run. */
export const minimumBidAt = (state: CloudState, machine: Machine, numGpus: number, atMs: number): number =>
  Math.max(leastMicros, Math.round(findStep(state, machine, atMs).bid * factorOf(state, machine) * numGpus));

/** How many GPUs of it others want: they get what we do not hold. */
export const demandAt = (state: CloudState, machine: Machine, atMs: number): number =>
  state.machines[machine.index]?.forcedDemand ?? findStep(state, machine, atMs).demand;
