import type { SolverApp } from '../src/lib/app.ts';
import { mipLog } from '../src/lib/mip-log.ts';
import { mipOptions } from '../src/lib/mip-options.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import { checkInstance } from './check-instance.ts';
import { checkSolution } from './check-solution.ts';
import { costsOf, kpis } from './costs.ts';
import type { Instance, Solution } from './data.ts';
import { networkModel } from './model.ts';
import { flowsOf } from './network.ts';

/** Flows below this are what an engine's tolerance leaves. */
const least = 1e-6;

export const app: SolverApp<Instance, Solution> = {
  checkInstance,
  checkSolution,
  objective: (instance, solution) => costsOf(instance, solution).total,
  kpis,
  solve: async ({ instance, config }, work) => {
    const flows = flowsOf(instance);
    const model = networkModel(instance, flows);
    const result = await solveMip(model, mipOptions(config, work));
    const log = mipLog(model, result);
    const { values } = result;
    if (values === undefined) return { status: result.status, solution: undefined, log };
    const rows = flows.flatMap(({ arc, product, day }, at) => {
      const value = values[at] ?? 0;
      const flow = Math.abs(value - Math.round(value)) < least ? Math.round(value) : value;
      const { origin, destination } = arc;
      return flow < least ? [] : [{ origin, destination, product: product.id, day, flow }];
    });
    return { status: result.status, solution: { flows: rows }, log };
  },
};
