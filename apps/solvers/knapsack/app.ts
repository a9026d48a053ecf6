import type { SolverApp } from '../src/lib/app.ts';
import { checkInstance, checkSolution, kpis, taken } from './checks.ts';
import { sumOf, type Config, type Instance, type Solution } from './data.ts';
import { solveDynamic } from './dynamic.ts';
import { solveAsMip } from './mip.ts';

/** Chooses objects that weigh no more than the capacity. The objective is their value, as large as possible. */
export const app: SolverApp<Instance, Solution, Config> = {
  checkInstance,
  solve: ({ instance, config }, work) =>
    work.method === 'MIP' ? solveAsMip(instance, config, work) : solveDynamic(instance, work),
  checkSolution,
  objective: (instance, solution) => sumOf(taken(instance, solution), 'value'),
  kpis,
};
