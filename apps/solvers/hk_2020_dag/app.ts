import type { Outcome, Problem, SolverApp, Work } from '../src/lib/app.ts';
import { gapPercent } from '../src/lib/mip-log.ts';
import { lowerBound } from './bounds.ts';
import type { Config, Instance, Solution } from './data.ts';
import { evolve } from './evolution.ts';
import { solveExactly } from './exact.ts';
import { guessModes, relax } from './first-modes.ts';
import { checkInstance } from './instance-checks.ts';
import { kpis } from './kpis.ts';
import { type Genes, randomOrder } from './offspring.ts';
import { type Project, readProject } from './project.ts';
import { fromSolution, type Schedule, toSolution } from './schedule.ts';
import { checkSolution, endOf } from './solution-checks.ts';
import { fitStocks } from './stocks.ts';

type Task = Problem<Instance, Solution, Config>;

/** For each job, schedules without a better one after which the search ends; before a proof, enough for a good start. */
const roundsPerJob = 1000;
const roundsPerJobBeforeProof = 200;
/** Enough for projects that are easy: those need no model for their proof. */
const roundsPerJobAtFirst = 20;
/** Part of the time in which the model without time may give a bound. */
const shareOfBound = 0.1;
/** Names of Cornflow's exact methods. */
const exact: ReadonlySet<string> = new Set(['mip', 'ortools', 'Milp_LP_HL']);

const solve = async ({ instance, solution, config }: Task, work: Work): Promise<Outcome<Solution>> => {
  const project = readProject(instance);
  const { length } = project.jobs;
  if (length === 0) return { status: 'optimal', solution: { assignment: [] } };
  if (project.jobs.some(({ modes }) => modes.length === 0)) {
    work.say('a job has no mode that the resources suffice for');
    return { status: 'infeasible', solution: undefined };
  }
  const isExact = exact.has(work.method);
  const rounds = config.rounds ?? (isExact ? roundsPerJobBeforeProof : roundsPerJob) * length;
  const least = lowerBound(project);
  const genes = (solution && givenGenes(project, solution, work)) ?? guessedGenes(project, work);
  const firstRounds = Math.min(rounds, roundsPerJobAtFirst * length);
  const first =
    genes && (await evolve({ project, starts: [genes], rounds: firstRounds, bound: least }, work));
  if (first?.end === least) return outcomeOf(project, first, least);
  const timeLimit = work.secondsLeft() * (first === undefined ? 1 : shareOfBound);
  const relaxed = await relax(project, least, { config, work, timeLimit });
  if (relaxed.status === 'infeasible') return { status: 'infeasible', solution: undefined };
  const modelled = relaxed.modes && { order: randomOrder(project, work.random), modes: relaxed.modes };
  const starts = [first, modelled].filter((each) => each !== undefined);
  if (starts.length === 0) return { status: 'not_solved', solution: undefined };
  const { bound } = relaxed;
  work.say(`no schedule ends before ${bound}`);
  const best = await evolve({ project, starts, rounds, bound }, work);
  const outcome = outcomeOf(project, best, bound);
  if (outcome.status === 'optimal' || !isExact) return outcome;
  return solveExactly(project, { best, bound, outcome }, config, work);
};

const guessedGenes = (project: Project, work: Work): Genes | undefined => {
  const modes = guessModes(project, work.random);
  return modes && { order: randomOrder(project, work.random), modes };
};

/** Where the search begins if a solution is given; undefined where its modes leave a stock short beyond repair. */
const givenGenes = (project: Project, solution: Solution, work: Work): Genes | undefined => {
  const genes = fromSolution(project, solution);
  return fitStocks(project, genes.modes, work.random) ? genes : undefined;
};

const outcomeOf = (project: Project, best: Schedule, bound: number): Outcome<Solution> => ({
  status: best.end === bound ? 'optimal' : 'feasible',
  solution: toSolution(project, best),
  log: { best_solution: best.end, best_bound: bound, gap: gapPercent(best.end, bound) },
});

export const app: SolverApp<Instance, Solution, Config> = {
  checkInstance,
  solve,
  checkSolution,
  objective: endOf,
  kpis,
};
