import type { Outcome, Status, Work } from '../src/lib/app.ts';
import type { Constraint, MipResult } from '../src/lib/mip.ts';
import { mipLog } from '../src/lib/mip-log.ts';
import { mipOptions } from '../src/lib/mip-options.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import { capacityCut, violatedSets } from './capacity-cuts.ts';
import type { Config, Solution } from './data.ts';
import type { Network } from './network.ts';
import { type Plan, planLength, toSolution } from './plan.ts';
import { planOf, type RoutingModel, routingModel, toModel, valuesOf } from './routing-model.ts';

/** What is known while cuts are added. */
interface Search {
  readonly network: Network;
  readonly routing: RoutingModel;
  readonly cuts: Constraint[];
  /** Links of no plan that is shorter than the best, by index. */
  useless: ReadonlySet<number>;
  best: Plan | undefined;
  bestLength: number;
  bound: number;
  nodes: number;
  last: MipResult | undefined;
}

/**
 * The routing model with capacity cuts added while they are violated: first of its linear relaxation, which is quick and
 * leaves few for the second part, where the model with whole numbers is solved again until its answer violates none.
 */
export const solveExactly = async (
  network: Network,
  start: Plan | undefined,
  config: Config,
  work: Work,
): Promise<Outcome<Solution>> => {
  const search: Search = {
    network,
    routing: routingModel(network),
    cuts: [],
    useless: new Set(),
    best: start,
    bestLength: start === undefined ? Number.POSITIVE_INFINITY : planLength(network, start),
    bound: Number.NEGATIVE_INFINITY,
    nodes: 0,
    last: undefined,
  };
  addCut(
    search,
    new Set(Array.from({ length: network.nodeCount }, (_, node) => node).slice(network.depotCount)),
  );
  const isFeasible = await cutRelaxation(search, config, work);
  const status = isFeasible ? await solveWhole(search, config, work) : 'infeasible';
  return outcomeOf(search, status);
};

const addCut = ({ network, routing, cuts }: Search, nodes: ReadonlySet<number>): void => {
  cuts.push({ ...capacityCut(network, routing.links, nodes), name: `capacity_${cuts.length}` });
};

/** No plan can be better than the best that is known. */
const isProved = ({ network, best, bestLength, bound }: Search): boolean =>
  best !== undefined &&
  bestLength <= (network.isWhole ? Math.ceil(bound - 1e-6) : bound) + 1e-6 * Math.max(1, bestLength);

/** A link whose reduced cost alone lifts the bound to the best length is in no better plan. */
const uselessLinks = (
  { network, bestLength }: Search,
  { objective, reducedCosts }: MipResult,
): Set<number> => {
  const target = network.isWhole ? bestLength - 1 : bestLength;
  const most = target - (objective ?? Number.NEGATIVE_INFINITY) + 1e-6 * Math.max(1, bestLength);
  return new Set((reducedCosts ?? []).flatMap((cost, index) => (cost > most ? [index] : [])));
};

const solve = (search: Search, isInteger: boolean, config: Config, work: Work): Promise<MipResult> => {
  const { routing, cuts, useless, best } = search;
  return solveMip(toModel(routing, cuts, isInteger ? useless : undefined), {
    ...mipOptions(config, work),
    ...(isInteger ? {} : { gapRel: undefined, say: () => {} }),
    start: isInteger && best !== undefined ? valuesOf(routing, best) : undefined,
  });
};

/** False when not even the relaxation has a solution. */
const cutRelaxation = async (search: Search, config: Config, work: Work): Promise<boolean> => {
  const { network, routing } = search;
  let isComplete = false;
  while (!isComplete && !isProved(search) && !isOver(work)) {
    const result = await solve(search, false, config, work);
    search.last = result;
    if (result.status === 'infeasible') return false;
    if (result.status !== 'optimal' || result.values === undefined) return true;
    search.bound = Math.max(search.bound, result.objective ?? search.bound);
    search.useless = uselessLinks(search, result);
    const sets = violatedSets(network, routing.links, result.values);
    for (const nodes of sets) addCut(search, nodes);
    isComplete = sets.length === 0;
  }
  const { bound, cuts, useless } = search;
  work.say(`relaxation: bound ${bound}, ${cuts.length} capacity cuts, ${useless.size} links without use`);
  return true;
};

const solveWhole = async (search: Search, config: Config, work: Work): Promise<Status> => {
  const { network, routing } = search;
  while (!isProved(search)) {
    if (isOver(work)) return unproved(search);
    const result = await solve(search, true, config, work);
    search.last = result;
    search.nodes += result.nodes ?? 0;
    if (result.status === 'infeasible') return search.best === undefined ? 'infeasible' : 'optimal';
    search.bound = Math.max(search.bound, result.bound ?? search.bound);
    if (result.values === undefined) return unproved(search);
    const sets = violatedSets(network, routing.links, result.values);
    if (sets.length === 0) takePlan(search, result.values);
    if (sets.length === 0 && !isProved(search))
      return result.status === 'optimal' ? 'optimal' : unproved(search);
    for (const nodes of sets) addCut(search, nodes);
    work.say(`${search.cuts.length} capacity cuts, bound ${search.bound}`);
  }
  return 'optimal';
};

const takePlan = (search: Search, values: readonly number[]): void => {
  const plan = planOf(search.network, search.routing, values);
  const length = planLength(search.network, plan);
  if (length >= search.bestLength) return;
  search.best = plan;
  search.bestLength = length;
};

const isOver = (work: Work): boolean => work.signal.aborted || work.secondsLeft() <= 0;

/** How a search ends that was cut short. */
const unproved = ({ best }: Search): Status => (best === undefined ? 'not_solved' : 'feasible');

const outcomeOf = (search: Search, status: Status): Outcome<Solution> => {
  const { network, best, bestLength, bound, routing, cuts, nodes, last } = search;
  const objective = best === undefined ? undefined : bestLength;
  const known = Number.isFinite(bound) ? Math.min(bound, bestLength) : undefined;
  return {
    status,
    solution: best === undefined || status === 'infeasible' ? undefined : toSolution(network, best),
    ...(last !== undefined && {
      log: mipLog(toModel(routing, cuts, undefined), { ...last, objective, bound: known, nodes }),
    }),
  };
};
