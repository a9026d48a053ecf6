import type { BaseConfig, Outcome, Problem, SolverApp, Work } from '../src/lib/app.ts';
import { gapPercent, mipLog } from '../src/lib/mip-log.ts';
import { mipOptions } from '../src/lib/mip-options.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import { checkInstance, checkSolution } from './checks.ts';
import { generatePatterns } from './column-generation.ts';
import { givenPatterns, type Instance, type Pattern, type Solution, type Stock, stockOf } from './data.ts';
import { allPatterns } from './enumerate.ts';
import { kpis, loss } from './figures.ts';
import { masterModel } from './master.ts';
import { solutionOf, type Use, withoutSurplus } from './plan.ts';

export const app: SolverApp<Instance, Solution> = {
  checkInstance,
  checkSolution,
  objective: loss,
  kpis,
  solve: async (problem, work) => {
    const stock = stockOf(problem.instance);
    if (stock.pieces.length === 0) return { status: 'optimal', solution: solutionOf(stock, []) };
    return work.method === 'CG' ? byGeneration(stock, problem, work) : byPatterns(stock, problem, work);
  },
};

/** More patterns than this are for column generation. */
const mostPatterns = 50_000;
/** So many are added at once when the generated ones leave a gap. */
const mostForProof = 3_000;

type Task = Problem<Instance, Solution, BaseConfig>;

/** The given patterns, or all there are. */
const byPatterns = async (
  stock: Stock,
  { instance, config }: Task,
  work: Work,
): Promise<Outcome<Solution>> => {
  const given = givenPatterns(instance, stock);
  const patterns = given.length > 0 ? given : allPatterns(stock, mostPatterns);
  if (patterns === undefined) {
    throw new Error(`there are more than ${mostPatterns} patterns: give some, or use the solver CG`);
  }
  const { result, uses, log } = await cut(stock, patterns, { config, work });
  if (uses === undefined) return { status: result.status, solution: undefined, log };
  // Given patterns are cut as they are.
  return {
    status: result.status,
    solution: solutionOf(stock, given.length > 0 ? uses : withoutSurplus(stock, uses)),
    log,
  };
};

const byGeneration = async (
  stock: Stock,
  { instance, config }: Task,
  work: Work,
): Promise<Outcome<Solution>> => {
  const generated = await generatePatterns(stock, givenPatterns(instance, stock), work);
  const { bound } = generated;
  work.progress(0.5);
  let found = await cut(stock, generated.patterns, { config, work, atLeast: bound });
  if (isAbove(found.result.objective, stock, bound) && !work.signal.aborted) {
    // Patterns that no relaxed plan needs may be what a whole one needs.
    const all = allPatterns(stock, mostForProof);
    if (all !== undefined) found = await cut(stock, all, { config, work, atLeast: bound });
    if (all !== undefined && found.result.status === 'optimal') {
      return {
        status: 'optimal',
        solution: found.uses && solutionOf(stock, withoutSurplus(stock, found.uses)),
        log: found.log,
      };
    }
  }
  const { result, uses, log } = found;
  if (uses === undefined) return { status: 'not_solved', solution: undefined, log };
  const objective = result.objective ?? 0;
  const least = bound - stock.demandedLength;
  return {
    status: isAbove(objective, stock, bound) ? 'feasible' : 'optimal',
    solution: solutionOf(stock, withoutSurplus(stock, uses)),
    log: { ...log, best_bound: least, gap: gapPercent(objective + stock.demandedLength, bound) },
  };
};

const isAbove = (objective: number | undefined, stock: Stock, bound: number): boolean =>
  objective !== undefined && objective + stock.demandedLength > bound + 0.5;

const cut = async (
  stock: Stock,
  patterns: readonly Pattern[],
  { config, work, atLeast }: { config: BaseConfig; work: Work; atLeast?: number },
) => {
  const model = masterModel(stock, patterns, {
    integer: true,
    ...(atLeast === undefined ? {} : { atLeast }),
  });
  const result = await solveMip(model, mipOptions(config, work));
  const uses =
    result.values && patterns.map((pattern, at): Use => ({ pattern, number: result.values?.[at] ?? 0 }));
  const log = mipLog(model, result);
  const { best_solution: best, best_bound: least } = log;
  // Of the material, as `gapRel` is: the loss alone may be next to nothing.
  const gap =
    best === undefined || least === undefined
      ? {}
      : { gap: gapPercent(best + stock.demandedLength, least + stock.demandedLength) };
  return { result, uses, log: { ...log, ...gap } };
};
