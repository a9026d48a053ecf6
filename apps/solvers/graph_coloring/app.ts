import type { SolverApp } from '../src/lib/app.ts';
import { checkInstance, checkSolution, kpis, objective } from './checks.ts';
import { countColors, graphOf, solutionOf, type Config, type Instance, type Solution } from './data.ts';
import { dsatur, largeClique } from './dsatur.ts';
import { solveExactly } from './exact.ts';

/** Colours nodes so that no pair has the same colour. The objective is the number of colours, as small as possible. */
export const app: SolverApp<Instance, Solution, Config> = {
  checkInstance,
  solve: async ({ instance, config }, work) => {
    const graph = graphOf(instance);
    const coloring = dsatur(graph);
    const clique = largeClique(graph);
    const count = countColors(coloring);
    work.say(`DSATUR takes ${count} colours, a clique needs ${clique.length}`);
    work.progress(0.5, count);
    // A clique of as many nodes proves that fewer do not do.
    const isOptimal = clique.length === count;
    if (work.method === 'mip' && !isOptimal) return solveExactly(graph, coloring, clique, config, work);
    return {
      status: isOptimal ? 'optimal' : 'feasible',
      solution: solutionOf(graph, coloring),
      log: { best_solution: count, best_bound: clique.length },
    };
  },
  checkSolution,
  objective,
  kpis,
};
