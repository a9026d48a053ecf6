import type { BaseConfig, Outcome, Problem, SolverApp, Work } from '../src/lib/app.ts';
import { gapPercent, mipLog } from '../src/lib/mip-log.ts';
import { mipOptions } from '../src/lib/mip-options.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import { checkInstance, checkSolution } from './checks.ts';
import { candidatesOf, type Instance, type Solution, valueBound, worth } from './data.ts';
import { searchOrders } from './local-search.ts';
import { placesOf, positionModel, valuesOf } from './positions.ts';

export const app: SolverApp<Instance, Solution> = {
  checkInstance,
  checkSolution,
  objective: worth,
  kpis: ({ parameters, items }, { included }) => {
    const ids = new Set(included.map(({ id }) => id));
    const used = items
      .filter(({ id }) => ids.has(id))
      .reduce((sum, { width, height }) => sum + width * height, 0);
    const area = parameters.width * parameters.height;
    return {
      bin: [
        { items: items.length, included: included.length, area, used, used_percent: (100 * used) / area },
      ],
    };
  },
  solve: async (problem, work) => {
    if (candidatesOf(problem.instance).length === 0) return { status: 'optimal', solution: { included: [] } };
    // Cornflow's method of the name right_corner is a mixed-integer model: with an engine named, so is this.
    const isExact = work.method === 'mip' || work.engine !== undefined;
    const first = await byCorners(problem.instance, isExact ? tries.before : tries.alone, work);
    return first.status === 'optimal' || !isExact ? first : byPositions(problem, first, work);
  },
};

/** Orders that the search on corners tries where it is all there is, and before an exact model. */
const tries = { alone: 60_000, before: 20_000 };

/** The models of larger ones would not fit into memory. */
const mostPositions = 60_000;

interface First extends Outcome<Solution> {
  readonly solution: Solution;
}

const byCorners = async (instance: Instance, tries: number, work: Work): Promise<First> => {
  const bound = valueBound(instance);
  const solution = await searchOrders(instance, { bound, tries }, work);
  const value = worth(instance, solution);
  work.say(`on corners: ${value}, no packing is worth more than ${bound}`);
  return {
    status: value === bound ? 'optimal' : 'feasible',
    solution,
    log: { best_solution: value, best_bound: bound, gap: gapPercent(value, bound) },
  };
};

const byPositions = async (
  { instance, config }: Problem<Instance, Solution, BaseConfig>,
  first: First,
  work: Work,
): Promise<Outcome<Solution>> => {
  const positions = positionModel(instance, mostPositions);
  if (positions === undefined) {
    work.say(`more than ${mostPositions} places: no exact model, the packing on corners is the answer`);
    return first;
  }
  const result = await solveMip(positions.model, {
    ...mipOptions(config, work),
    start: valuesOf(positions, first.solution),
  });
  const log = mipLog(positions.model, result);
  const value = worth(instance, first.solution);
  // A model that was cut short may know less than the packing it began with.
  if (result.values === undefined || (result.objective ?? 0) < value) {
    return { ...first, log: { ...log, best_solution: value } };
  }
  return { status: result.status, solution: { included: placesOf(positions, result.values) }, log };
};
