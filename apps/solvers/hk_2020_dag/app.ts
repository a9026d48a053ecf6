import type { Outcome, Problem, SolverApp, SolverLog, Work } from '../src/lib/app.ts';
import { gapPercent, mipLog } from '../src/lib/mip-log.ts';
import { lowerBound, tailsOf } from './bounds.ts';
import type { Config, Instance, Solution } from './data.ts';
import { evolve } from './evolution.ts';
import { solveExactly } from './exact.ts';
import { guessModes, relax, type Relaxation } from './first-modes.ts';
import { checkInstance } from './instance-checks.ts';
import { kpis } from './kpis.ts';
import { type Genes, randomOrder } from './offspring.ts';
import { type Project, readProject } from './project.ts';
import { fromSolution, toSolution } from './schedule.ts';
import { checkSolution, endOf } from './solution-checks.ts';
import { fitStocks } from './stocks.ts';

type Task = Problem<Instance, Solution, Config>;

/** For each job, schedules without a better one after which the search ends; before a proof, enough for a good start. */
const roundsPerJob = 1000;
const roundsPerJobBeforeProof = 200;
/** Part of the time in which the model without time may give a bound. */
const shareOfBound = 0.2;
/** Names of Cornflow's exact methods. */
const exact: ReadonlySet<string> = new Set(['mip', 'ortools', 'Milp_LP_HL']);

const solve = async ({ instance, solution, config }: Task, work: Work): Promise<Outcome<Solution>> => {
  const project = readProject(instance);
  if (project.jobs.length === 0) return { status: 'optimal', solution: { assignment: [] } };
  if (project.jobs.some(({ modes }) => modes.length === 0)) {
    work.say('a job has no mode that the resources suffice for');
    return { status: 'infeasible', solution: undefined };
  }
  const isExact = exact.has(work.method);
  const least = lowerBound(project);
  const given = solution && givenGenes(project, solution, work);
  const guessed = given?.modes ?? guessModes(project, work.random);
  const timeLimit = work.secondsLeft() * (guessed === undefined ? 1 : shareOfBound);
  const relaxed =
    isExact || guessed === undefined ? await relax(project, least, { config, work, timeLimit }) : undefined;
  const modes = guessed ?? relaxed?.modes;
  if (relaxed?.result.status === 'infeasible' || modes === undefined)
    return {
      status: relaxed?.result.status === 'infeasible' ? 'infeasible' : 'not_solved',
      solution: undefined,
    };
  const bound = relaxed?.bound ?? least;
  work.say(`no schedule ends before ${bound}`);
  const order = given?.order ?? randomOrder(project, tailsOf(project), work.random);
  const perJob = isExact ? roundsPerJobBeforeProof : roundsPerJob;
  const rounds = config.rounds ?? perJob * project.jobs.length;
  const best = await evolve({ project, start: { order, modes }, rounds, bound }, work);
  const log = logOf(best.end, bound, relaxed);
  if (best.end === bound) return { status: 'optimal', solution: toSolution(project, best), log };
  if (isExact) return solveExactly(project, { best, bound, log }, config, work);
  return { status: 'feasible', solution: toSolution(project, best), log };
};

/** Where the search begins if a solution is given; undefined where its modes leave a stock short beyond repair. */
const givenGenes = (project: Project, solution: Solution, work: Work): Genes | undefined => {
  const genes = fromSolution(project, solution);
  return fitStocks(project, genes.modes, work.random) ? genes : undefined;
};

const logOf = (end: number, bound: number, relaxed: Relaxation | undefined): SolverLog => ({
  ...(relaxed && mipLog(relaxed.model, relaxed.result)),
  best_solution: end,
  best_bound: bound,
  gap: gapPercent(end, bound),
});

export const app: SolverApp<Instance, Solution, Config> = {
  checkInstance,
  solve,
  checkSolution,
  objective: endOf,
  kpis,
};
