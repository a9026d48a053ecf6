import type { Outcome, Problem, SolverApp, Work } from '../src/lib/app.ts';
import type { Config, Instance, Solution } from './data.ts';
import { solveExactly } from './exact.ts';
import { defaultRounds, searchPlan } from './heuristic.ts';
import { checkInstance } from './instance-checks.ts';
import { readNetwork } from './network.ts';
import { fromSolution, planLength, toSolution } from './plan.ts';
import { checkSolution, kpis, totalLength } from './solution-checks.ts';

/** Rounds of the heuristic before the exact method: enough for a good start. */
const roundsBeforeExact = 1000;

const solve = async (
  { instance, solution, config }: Problem<Instance, Solution, Config>,
  work: Work,
): Promise<Outcome<Solution>> => {
  const network = readNetwork(instance);
  if (network.nodeCount === network.depotCount) return { status: 'optimal', solution: { routes: [] } };
  const isExact = work.method === 'mip';
  const start = solution === undefined ? undefined : fromSolution(network, solution);
  const rounds = config.rounds ?? (isExact ? roundsBeforeExact : defaultRounds);
  const found = await searchPlan({ network, start, rounds }, work);
  const plan = found !== undefined && planLength(network, found) < network.noWay ? found : undefined;
  if (plan === undefined) work.say('the heuristic found no plan for so few vehicles or arcs');
  if (isExact) return solveExactly(network, plan, config, work);
  if (plan === undefined) return { status: 'not_solved', solution: undefined };
  return {
    status: 'feasible',
    solution: toSolution(network, plan),
    log: { best_solution: planLength(network, plan) },
  };
};

export const app: SolverApp<Instance, Solution, Config> = {
  checkInstance,
  solve,
  checkSolution,
  objective: totalLength,
  kpis,
};
