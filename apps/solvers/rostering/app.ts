import type { BaseConfig, Outcome, Problem, SolverApp, Work } from '../src/lib/app.ts';
import { mipLog } from '../src/lib/mip-log.ts';
import type { MipResult, Model } from '../src/lib/mip.ts';
import { mipOptions } from '../src/lib/mip-options.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import { readCalendar } from './calendar.ts';
import type { Instance, Solution } from './data.ts';
import { checkInstance } from './instance-checks.ts';
import { kpis } from './kpis.ts';
import { independentParts } from './parts.ts';
import { rosterModel, solutionOf } from './roster-model.ts';
import { checkSolution, objective } from './solution-checks.ts';

interface SolvedPart {
  readonly model: Model;
  readonly result: MipResult;
  readonly solution: Solution | undefined;
}

/** Parts one after the other; each may take its share of the time that is left. */
const solve = async (
  { instance, config }: Problem<Instance, Solution, BaseConfig>,
  work: Work,
): Promise<Outcome<Solution>> => {
  const parts = independentParts(instance, readCalendar(instance));
  const solved: SolvedPart[] = [];
  for (const [index, days] of parts.entries()) {
    const roster = rosterModel(instance, days);
    const { variables, constraints } = roster.model;
    const name = `part ${index + 1} of ${parts.length}, from ${days[0]?.date}`;
    work.say(`${name}: ${variables.length} variables, ${constraints.length} constraints`);
    const result = await solveMip(roster.model, {
      ...mipOptions(config, work),
      timeLimit: work.secondsLeft() / (parts.length - index),
    });
    const solution = result.values && solutionOf(roster, result.values);
    solved.push({ model: roster.model, result, solution });
    if (solution === undefined) return { status: result.status, solution: undefined, log: logOf(solved) };
    work.progress((index + 1) / parts.length);
  }
  const isOptimal = solved.every(({ result }) => result.status === 'optimal');
  const works = solved.flatMap(({ solution }) => solution?.works ?? []);
  return { status: isOptimal ? 'optimal' : 'feasible', solution: { works }, log: logOf(solved) };
};

const logOf = (solved: readonly SolvedPart[]): Outcome<Solution>['log'] & object => {
  const results = solved.map(({ result }) => result);
  const [first] = results;
  if (first === undefined) return {};
  const sum = (values: readonly (number | undefined)[]): number | undefined =>
    values.reduce(
      (total, value) => (total === undefined || value === undefined ? undefined : total + value),
      0,
    );
  const model: Model = {
    sense: 'minimize',
    variables: solved.flatMap(({ model }) => model.variables),
    constraints: solved.flatMap(({ model }) => model.constraints),
  };
  return mipLog(model, {
    ...first,
    objective: sum(results.map(({ objective }) => objective)),
    bound: sum(results.map(({ bound }) => bound)),
    nodes: sum(results.map(({ nodes }) => nodes)),
  });
};

export const app: SolverApp<Instance, Solution> = { checkInstance, solve, checkSolution, objective, kpis };
