import type { BaseConfig, Outcome, Problem, SolverApp, Work } from '../src/lib/app.ts';
import { mipLog } from '../src/lib/mip-log.ts';
import { mipOptions } from '../src/lib/mip-options.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import { checkInstance, checkSolution } from './checks.ts';
import { type PulpModel, valuesByName } from './dictionary.ts';
import { filled, startOf } from './filled.ts';
import { toModel } from './to-model.ts';

interface Config extends BaseConfig {
  /** False drops integrality, as PuLP's solvers have it. */
  readonly mip?: boolean;
}

/** PuLP's name of a solver to ours. Its CBC comes with it and ours need not be on the host: HiGHS stands in. */
const pulpEngines: Readonly<Record<string, string>> = {
  PULP_CBC_CMD: 'highs',
  COIN_CMD: 'cbc',
  HiGHS: 'highs',
  HiGHS_CMD: 'native-highs',
  GLPK_CMD: 'glpk',
  SCIP_CMD: 'scip',
};

export const app: SolverApp<PulpModel, PulpModel, Config> = {
  checkInstance,
  checkSolution,
  solve: async (problem, work) => solve(problem, work),
  objective: (model, solution) => objectiveOf(model, valuesByName(solution)),
  kpis: (model, solution) => ({
    model: [
      {
        variables: model.variables.length,
        integers: model.variables.filter(({ cat }) => cat !== 'Continuous').length,
        constraints: model.constraints.length,
        nonzeros: model.constraints.reduce((sum, row) => sum + row.coefficients.length, 0),
        objective: objectiveOf(model, valuesByName(solution)),
      },
    ],
  }),
};

const objectiveOf = ({ objective }: PulpModel, values: ReadonlyMap<string, number>): number =>
  objective.coefficients.reduce(
    (sum, { name, value }) => sum + value * (values.get(name) ?? 0),
    objective.constant ?? 0,
  );

const solve = async (
  { instance, solution, config }: Problem<PulpModel, PulpModel, Config>,
  work: Work,
): Promise<Outcome<PulpModel>> => {
  const engine = work.engine ?? pulpEngines[work.method];
  if (work.method === 'PULP_CBC_CMD' && engine === 'highs') work.say('In place of the CBC of PuLP: HiGHS.');
  const model = toModel(instance, config.mip === false);
  const result = await solveMip(model, {
    ...mipOptions(config, work),
    engine,
    start: startOf(instance, solution, model.variables.length),
  });
  return {
    status: result.status,
    solution: result.values === undefined ? undefined : filled(instance, result),
    log: mipLog(model, result),
  };
};
