import type { MipOptions, MipResult, Model } from '../mip.ts';
import type { Columns, Rows } from './rows.ts';

/** A model, and the same as arrays. */
export interface PreparedModel {
  readonly model: Model;
  readonly columns: Columns;
  readonly rows: Rows;
  readonly isInteger: boolean;
}

/** What an engine found, in the sense of the model but without its offset. */
export interface EngineResult extends Pick<MipResult, 'status' | 'bound' | 'nodes' | 'version'> {
  readonly values: ArrayLike<number> | undefined;
  readonly duals?: ArrayLike<number> | undefined;
  readonly reducedCosts?: ArrayLike<number> | undefined;
}

export interface Engine {
  /** For the log, as `solver` of the result. */
  readonly title: string;
  solve(prepared: PreparedModel, options: MipOptions): Promise<EngineResult>;
}
