import type { SolverLog } from './app.ts';
import type { MipResult, Model } from './mip.ts';

/** What the log of an execution says of a linear model that was solved. */
export const mipLog = (model: Model, { solver, version, bound, objective, nodes }: MipResult): SolverLog => ({
  solver,
  ...(version === undefined ? {} : { version }),
  ...(bound === undefined ? {} : { best_bound: bound }),
  ...(objective === undefined ? {} : { best_solution: objective }),
  ...(bound === undefined || objective === undefined ? {} : { gap: gapPercent(objective, bound) }),
  ...(nodes === undefined ? {} : { nodes }),
  matrix: {
    constraints: model.constraints.length,
    variables: model.variables.length,
    nonzeros: model.constraints.reduce((sum, { terms }) => sum + terms.length, 0),
  },
});

/** Relative to the solution, as solvers print it; of a solution worth nothing, to one unit. */
export const gapPercent = (objective: number, bound: number): number =>
  (100 * Math.abs(objective - bound)) / (objective === 0 ? 1 : Math.abs(objective));
