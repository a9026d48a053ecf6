import type { Columns, Rows } from './rows.ts';

/** Between `highs-wasm.ts` and the thread of `highs-thread.ts`. */
export interface HighsTask {
  readonly columns: Columns;
  readonly rows: Rows;
  readonly maximize: boolean;
  readonly isInteger: boolean;
  /** Seconds. */
  readonly timeLimit: number;
  readonly gapRel: number | undefined;
  readonly start: readonly number[] | undefined;
}

export type HighsMessage =
  | { readonly kind: 'line'; readonly text: string }
  /** The best solution so far, in case that the thread must be ended. */
  | { readonly kind: 'incumbent'; readonly values: Float64Array }
  | { readonly kind: 'bound'; readonly bound: number; readonly nodes: number }
  | { readonly kind: 'failure'; readonly message: string }
  | ({ readonly kind: 'done' } & HighsAnswer);

export interface HighsAnswer {
  readonly status: 'optimal' | 'feasible' | 'infeasible' | 'unbounded' | 'not_solved';
  readonly values: Float64Array | undefined;
  readonly bound: number | undefined;
  readonly duals: Float64Array | undefined;
  readonly reducedCosts: Float64Array | undefined;
  readonly nodes: number | undefined;
  readonly version: string;
  /** What the thread holds; it never gives any back while it lives. */
  readonly memoryBytes: number;
}
