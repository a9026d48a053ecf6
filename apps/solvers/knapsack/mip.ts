import type { Outcome, Work } from '../src/lib/app.ts';
import { mipLog } from '../src/lib/mip-log.ts';
import type { Model } from '../src/lib/mip.ts';
import { mipOptions } from '../src/lib/mip-options.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import { dantzigBound, greedy } from './bound.ts';
import {
  candidates,
  solutionOf,
  sumOf,
  type Config,
  type Instance,
  type Item,
  type Solution,
} from './data.ts';

/** As a linear model with one constraint. */
export const solveAsMip = async (
  instance: Instance,
  config: Config,
  work: Work,
): Promise<Outcome<Solution>> => {
  const items = candidates(instance);
  const capacity = instance.parameters.weight_capacity;
  const first = new Set(greedy(items, capacity));
  const model = modelOf(items, capacity);
  const result = await solveMip(model, {
    ...mipOptions(config, work),
    start: items.map((item) => (first.has(item) ? 1 : 0)),
  });
  if (result.values !== undefined) {
    const taken = items.filter((_, index) => result.values?.[index] === 1);
    return { status: result.status, solution: solutionOf(taken), log: mipLog(model, result) };
  }
  // Nothing is always an answer, so there is none only where the time was too short: the greedy one is better.
  const bounds = { best_solution: sumOf([...first], 'value'), best_bound: dantzigBound(items)(0, capacity) };
  return {
    status: 'feasible',
    solution: solutionOf([...first]),
    log: { ...mipLog(model, result), ...bounds },
  };
};

const modelOf = (items: readonly Item[], capacity: number): Model => ({
  sense: 'maximize',
  variables: items.map(({ value }, index) => ({
    name: `take_${index}`,
    upper: 1,
    integer: true,
    cost: value,
  })),
  constraints: [
    { name: 'weight', terms: items.map(({ weight }, index) => [index, weight]), upper: capacity },
  ],
});
