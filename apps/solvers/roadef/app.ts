import type { Outcome, Problem, SolverApp, Work } from '../src/lib/app.ts';
import { ratioOf } from './appraisal.ts';
import type { Config, Instance, Solution } from './data.ts';
import { checkInstance } from './instance-checks.ts';
import { kpis } from './kpis.ts';
import { readModel } from './model.ts';
import { fromSolution, toSolution } from './plan.ts';
import { constructPlan, defaultRounds, searchPlan } from './search.ts';
import { checkSolution } from './solution-checks.ts';
import { logisticRatio } from './costs.ts';

/** Cornflow's other names, and what they choose here. */
const searching: ReadonlySet<string> = new Set(['MIPModel', 'PeriodicMIPModel']);

const solve = async (
  { instance, solution, config }: Problem<Instance, Solution, Config>,
  work: Work,
): Promise<Outcome<Solution>> => {
  if (searching.has(work.method)) work.say(`${work.method} is not a method of this app: Search is used`);
  const model = readModel(instance);
  const given = solution === undefined ? [] : fromSolution(model, solution);
  const first = await constructPlan(model, given, work);
  const { plan, worth } =
    work.method === 'Greedy' || first.plan.length === 0
      ? first
      : await searchPlan(model, first, config.rounds ?? defaultRounds, work);
  const found = toSolution(model, plan);
  const log = { best_solution: ratioOf(worth) };
  if (worth.gaps.length > 0) {
    const short = [...new Set(worth.gaps.map(({ place }) => model.places[place]?.id))];
    work.say(`no plan was found that serves all in time: too little for ${short.slice(0, 20).join(', ')}`);
    return { status: 'not_solved', solution: found, log };
  }
  // Nothing costs less than nothing.
  return { status: worth.cost === 0 ? 'optimal' : 'feasible', solution: found, log };
};

export const app: SolverApp<Instance, Solution, Config> = {
  checkInstance,
  solve,
  checkSolution,
  objective: logisticRatio,
  kpis,
};
