/**
 * What a solver app is. A task comes as one JSON document, its result is another; between them the app says lines for
 * the log. A program in any other language does the same over its standard streams (see `../../README.md`).
 */
export interface SolverApp<Instance, Solution, Config extends BaseConfig = BaseConfig> {
  /** Faults of the data by table, empty without any. Tables that the schema of the checks marks with `is_warning` do not keep it from being solved. */
  checkInstance(instance: Instance): Findings;
  solve(problem: Problem<Instance, Solution, Config>, work: Work): Promise<Outcome<Solution>>;
  /** What is wrong with a solution, from the data alone: it shares nothing with what found the solution. */
  checkSolution(instance: Instance, solution: Solution): Findings;
  /** What the solution is worth, from the data alone, in the units and the direction that the README of the app names. */
  objective(instance: Instance, solution: Solution): number;
  /** Tables of figures; only asked for a solution without findings. */
  kpis?(instance: Instance, solution: Solution): Readonly<Record<string, readonly object[]>>;
}

/** Rows of faults by the name of a table, as the schemas `instance_checks` and `solution_checks` describe them. */
export type Findings = Readonly<Record<string, readonly object[]>>;

/** What every app understands; its own schema `config` may have more. */
export interface BaseConfig {
  /** One of the manifest's; without it the first. */
  readonly solver?: string;
  /** Seconds. */
  readonly timeLimit?: number;
  /** Relative distance between bound and solution at which a solver may stop. */
  readonly gapRel?: number;
  /** Honoured by native solvers only. */
  readonly threads?: number;
}

export interface Problem<Instance, Solution, Config> {
  readonly instance: Instance;
  /** A solution to begin with, where one was given. */
  readonly solution: Solution | undefined;
  readonly config: Config;
}

/** What a solver may ask for while it works. */
export interface Work {
  /** The part of the solver's name before the first dot chooses the method, what follows the engine: `mip.cbc`. */
  readonly method: string;
  readonly engine: string | undefined;
  /** A line for people who watch. */
  say(line: string): void;
  /** A part of the work in [0, 1], and what the best solution is worth so far. */
  progress(done: number, best?: number): void;
  /** Aborts when the time limit is reached or an end is asked for: the best solution so far is the answer. */
  readonly signal: AbortSignal;
  /** Until the time limit; Infinity without one. */
  secondsLeft(): number;
  /** Pseudo-random in [0, 1), the same for the same task. */
  random(): number;
}

/** `stopped`: it was asked to end before it had an answer of its own. */
export type Status =
  | 'optimal'
  | 'feasible'
  | 'infeasible'
  | 'unbounded'
  | 'time_limit'
  | 'stopped'
  | 'not_solved'
  | 'unknown';

export interface Outcome<Solution> {
  /** `time_limit` and `stopped` may come with a solution, `infeasible` and `unbounded` never do. */
  readonly status: Status;
  readonly solution: Solution | undefined;
  /** Of the engine, for the log: bounds, gap, size of the model. */
  readonly log?: SolverLog;
}

/** Names are those of Cornflow's `LogSchema`; what is not known is left out. */
export interface SolverLog {
  readonly version?: string;
  readonly solver?: string;
  readonly best_bound?: number;
  readonly best_solution?: number;
  /** Relative, in per cent. */
  readonly gap?: number;
  readonly matrix?: { readonly constraints: number; readonly variables: number; readonly nonzeros: number };
  readonly nodes?: number;
}
