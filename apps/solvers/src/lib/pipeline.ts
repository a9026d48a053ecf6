import type { BaseConfig, Findings, Outcome, SolverApp, Status, Work } from './app.ts';
import { findingsOf, hasFaults, kpisOf } from './checks.ts';
import type { Definition } from './definition.ts';
import { BrokenTask, type Task, type TaskResult } from './task.ts';

/** What the work of a task is given by whoever runs it. */
export type WorkHost = Pick<Work, 'say' | 'progress' | 'random'> & {
  /** Aborts when an end is asked for. */
  readonly stop: AbortSignal;
};

/** A task from validation to KPIs. Throws `BrokenTask` before any work when the task itself is at fault. */
export const performTask = async <Instance, Solution, Config extends BaseConfig>(
  app: SolverApp<Instance, Solution, Config>,
  definition: Definition,
  task: Task,
  host: WorkHost,
): Promise<TaskResult> => {
  const config = { solver: definition.solvers[0], ...definition.configDefaults, ...task.config } as Config;
  const instance = task.instance as Instance;
  const given = task.solution as Solution | undefined;
  demandValid(definition, 'config', config);
  demandValid(definition, 'instance', instance);
  if (given !== undefined) demandValid(definition, 'solution', given);
  const solver = config.solver ?? '';
  const [method, engine] = task.task === 'solve' ? methodOf(definition, solver) : ['', undefined];
  const startedAt = performance.now();
  const instanceChecks = findingsOf('checkInstance', () => app.checkInstance(instance), host.say);
  const finish = (outcome: Outcome<Solution>): TaskResult => ({
    ...assess(app, definition, instance, outcome, host.say),
    instanceChecks,
    log: { solver, ...outcome.log, time: Math.round(performance.now() - startedAt) / 1000 },
  });
  if (hasFaults(instanceChecks, definition.warnings.instance))
    return finish({ status: 'infeasible', solution: undefined });
  if (task.task === 'check') return finish({ status: given ? 'feasible' : 'not_solved', solution: given });
  using limit = timeLimit(config.timeLimit ?? definition.timeLimit);
  const outcome = await app.solve(
    { instance, solution: given, config },
    {
      method,
      engine,
      say: host.say,
      progress: host.progress,
      random: host.random,
      signal: AbortSignal.any([limit.signal, host.stop]),
      secondsLeft: limit.secondsLeft,
    },
  );
  if (outcome.solution !== undefined) {
    const problem = definition.validate.solution(outcome.solution, 'the solution that was found');
    if (problem !== undefined) throw new Error(problem);
  }
  return finish({ ...outcome, status: withReason(outcome.status, host.stop.aborted, limit.secondsLeft()) });
};

const demandValid = (
  definition: Definition,
  name: 'config' | 'instance' | 'solution',
  document: unknown,
): void => {
  const problem = definition.validate[name](document, name);
  if (problem !== undefined) throw new BrokenTask(problem);
};

const methodOf = ({ solvers }: Definition, solver: string): [method: string, engine: string | undefined] => {
  const [method = '', ...engine] = solver.split('.');
  if (!solvers.some((known) => known.split('.')[0] === method))
    throw new BrokenTask(`config: there is no solver "${solver}": there are ${solvers.join(', ')}`);
  return [method, engine.length === 0 ? undefined : engine.join('.')];
};

/** `setTimeout` takes no more. */
const longestMilliseconds = 2 ** 31 - 1;

const timeLimit = (seconds: number) => {
  const controller = new AbortController();
  const end = performance.now() + seconds * 1000;
  const timer = setTimeout(
    () => controller.abort(),
    Math.min(Math.max(0, seconds * 1000), longestMilliseconds),
  );
  return {
    signal: controller.signal,
    secondsLeft: () => Math.max(0, (end - performance.now()) / 1000),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
};

/** An engine that looks at the clock itself may end so many seconds before the limit. */
const earlySeconds = 0.05;

/** What cut the work short, where something did. */
const withReason = (status: Status, isStopped: boolean, secondsLeft: number): Status => {
  if (status !== 'feasible' && status !== 'not_solved') return status;
  if (isStopped) return 'stopped';
  return secondsLeft <= earlySeconds ? 'time_limit' : status;
};

/** What a solution is worth, by what shares nothing with its solver. */
const assess = <Instance, Solution, Config extends BaseConfig>(
  app: SolverApp<Instance, Solution, Config>,
  { warnings }: Definition,
  instance: Instance,
  { status, solution }: Outcome<Solution>,
  say: (line: string) => void,
): Pick<TaskResult, 'status' | 'solution' | 'solutionChecks' | 'kpis' | 'objective'> => {
  if (solution === undefined)
    return { status, solution: null, solutionChecks: null, kpis: null, objective: null };
  const found = findingsOf('checkSolution', () => app.checkSolution(instance, solution), say);
  const objective = objectiveOf(() => app.objective(instance, solution), say);
  const { kpis, failure } = hasFaults(found, warnings.solution)
    ? { kpis: null, failure: null }
    : kpisOf(() => app.kpis?.(instance, solution), say);
  const solutionChecks: Findings | null = failure === null ? found : { ...found, ...failure };
  return { status, solution, solutionChecks, kpis, objective };
};

/** A solution with faults may be worth nothing that can be said. */
const objectiveOf = (compute: () => number, say: (line: string) => void): number | null => {
  try {
    const value = compute();
    return Number.isFinite(value) ? value : null;
  } catch (error) {
    say(`the objective cannot be computed: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
};
