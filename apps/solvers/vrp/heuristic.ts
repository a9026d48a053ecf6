import type { Work } from '../src/lib/app.ts';
import { createBreathing } from '../src/lib/breathing.ts';
import { initialPlan } from './initial-plan.ts';
import { improvePlan } from './local-search.ts';
import { readNeighbours } from './neighbours.ts';
import type { Network } from './network.ts';
import { copyPlan, type Plan, planLength } from './plan.ts';
import { ruinAndRecreate } from './ruin.ts';

/** Rounds without a better plan after which the heuristic ends. */
export const defaultRounds = 4000;

/** A plan may be longer than the best by this part of it, less and less towards the end, to be gone on with. */
const slack = 0.02;

interface Start {
  readonly network: Network;
  readonly start: Plan | undefined;
  readonly rounds: number;
}

/**
 * Savings (or what was given) and local search, then rounds of taking out some nodes that are near each other, putting
 * them in elsewhere and searching locally again: the record-to-record travel of Dueck (Journal of Computational Physics
 * 104, 1993) over the ruin and recreate of Schrimpf et al. (Journal of Computational Physics 159, 2000).
 * Undefined when no plan for so few vehicles was found.
 */
export const searchPlan = async (
  { network, start, rounds }: Start,
  work: Work,
): Promise<Plan | undefined> => {
  const breathing = createBreathing();
  const isOver = (): boolean => work.signal.aborted || work.secondsLeft() <= 0;
  const neighbours = readNeighbours(network);
  const initial = start ?? initialPlan(network, work.random);
  if (initial === undefined) return undefined;
  let current = withoutEmpty(initial);
  improvePlan({ network, neighbours, plan: current }, current, isOver);
  let currentLength = planLength(network, current);
  let best = withoutEmpty(copyPlan(current));
  let bestLength = currentLength;
  work.progress(0, bestLength);
  for (let stale = 0, round = 1; stale < rounds && !isOver(); stale++, round++) {
    if (breathing.isDue()) {
      await breathing.breathe();
      work.progress(stale / rounds, bestLength);
    }
    const candidate = withSpareRoute(network, copyPlan(current), round);
    const changed = ruinAndRecreate(network, neighbours, candidate, work.random);
    if (changed === undefined) continue;
    improvePlan({ network, neighbours, plan: candidate }, changed, isOver);
    const length = planLength(network, candidate);
    if (length >= Math.max(currentLength, bestLength * (1 + slack * (1 - stale / rounds)))) continue;
    current = withoutEmpty(candidate);
    currentLength = length;
    if (length > bestLength - 1e-7) continue;
    best = copyPlan(current);
    bestLength = length;
    stale = 0;
    work.progress(0, bestLength);
  }
  return best;
};

const withoutEmpty = (plan: Plan): Plan => plan.filter(({ stops }) => stops.length > 0);

/** One route without stops that moves may fill, where there is a vehicle for it. */
const withSpareRoute = (network: Network, plan: Plan, round: number): Plan => {
  if (plan.length < network.maxRoutes) plan.push({ depot: round % network.depotCount, stops: [], load: 0 });
  return plan;
};
