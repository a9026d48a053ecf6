/** A linear model with continuous and integer variables, and what solves it. Implementation: see `engines/`. */
export interface Model {
  readonly sense: 'minimize' | 'maximize';
  readonly variables: readonly Variable[];
  readonly constraints: readonly Constraint[];
  /** Added to the objective. */
  readonly offset?: number;
}

export interface Variable {
  /** Unique; letters, digits and `_`, beginning with a letter. */
  readonly name: string;
  /** Default 0. */
  readonly lower?: number;
  /** Default Infinity. */
  readonly upper?: number;
  readonly integer?: boolean;
  /** In the objective; default 0. */
  readonly cost?: number;
}

/** `lower <= sum of coefficient * variable <= upper`; equal bounds make an equation. Terms are [index of the variable, coefficient]. */
export interface Constraint {
  readonly name?: string;
  readonly terms: readonly (readonly [number, number])[];
  readonly lower?: number;
  readonly upper?: number;
}

export interface MipOptions {
  /** `highs` (WebAssembly, always there), or a native solver of the host: `native-highs`, `cbc`, `glpk`, `scip`. Default `highs`. */
  readonly engine?: string | undefined;
  /** Seconds; Infinity for no limit. */
  readonly timeLimit: number;
  readonly gapRel?: number | undefined;
  readonly threads?: number | undefined;
  /** Values by index of the variable to begin with, where the engine can take them. */
  readonly start?: readonly number[] | undefined;
  readonly signal: AbortSignal;
  say(line: string): void;
}

export interface MipResult {
  /** `feasible`: stopped by a limit with a solution; `not_solved`: without one. */
  readonly status: 'optimal' | 'feasible' | 'infeasible' | 'unbounded' | 'not_solved';
  /** By index of the variable; undefined without a solution. Integer variables are whole numbers. */
  readonly values: readonly number[] | undefined;
  readonly objective: number | undefined;
  readonly bound: number | undefined;
  /** Duals by index of the constraint and reduced costs by index of the variable, of a model without integers where the engine gives them. */
  readonly duals: readonly number[] | undefined;
  readonly reducedCosts: readonly number[] | undefined;
  readonly seconds: number;
  readonly nodes: number | undefined;
  /** Name and version of what solved it. */
  readonly solver: string;
  readonly version: string | undefined;
}
