import type { SolverApp } from '../src/lib/app.ts';
import { checkInstance, checkSolution, kpis, objective } from './checks.ts';
import {
  lengthOf,
  networkOf,
  solutionOf,
  tourIn,
  type Config,
  type Instance,
  type Solution,
} from './data.ts';
import { solveExactly } from './exact.ts';
import { searchTour } from './heuristic.ts';

/** Finds a round trip through all nodes. The objective is its length, as small as possible. */
export const app: SolverApp<Instance, Solution, Config> = {
  checkInstance,
  solve: async ({ instance, solution, config }, work) => {
    const network = networkOf(instance);
    // Up to two nodes there is one trip only, and no model for it: it would take the same arc twice.
    if (network.nodes.length <= 2)
      return { status: 'optimal', solution: solutionOf(network, [...network.nodes.keys()]) };
    const given = solution && tourIn(network, solution);
    if (work.method === 'mip') return solveExactly(network, config, work, given);
    const tour = await searchTour(network, work, given);
    if (tour === undefined) return { status: 'not_solved', solution: undefined };
    return {
      status: 'feasible',
      solution: solutionOf(network, tour),
      log: { best_solution: lengthOf(network, tour) },
    };
  },
  checkSolution,
  objective,
  kpis,
};
