import type { BaseConfig } from '../src/lib/app.ts';

/** The form of Cornflow's app `vrp`. Arcs are directed; a pair that is not listed cannot be driven. */
export interface Instance {
  readonly depots: readonly { readonly n: number }[];
  /** Rows of depots say nothing. */
  readonly demand: readonly { readonly n: number; readonly demand: number }[];
  readonly arcs: readonly Arc[];
  /** For maps only. */
  readonly positions?: readonly { readonly n: number; readonly lat: number; readonly lng: number }[];
  readonly parameters: {
    /** Of every vehicle, in the unit of the demand. */
    readonly capacity: number;
    /** Most routes there may be; without it as many as are needed. */
    readonly numVehicles?: number;
    /** Number of nodes; not read. */
    readonly size?: number;
  };
}

export interface Arc {
  readonly n1: number;
  readonly n2: number;
  readonly w: number;
}

/** Each route lists its nodes by `pos` and begins and ends with the same depot. */
export interface Solution {
  readonly routes: readonly Visit[];
}

export interface Visit {
  readonly route: number;
  readonly pos: number;
  readonly node: number;
}

export interface Config extends BaseConfig {
  /** Rounds without a better plan after which the heuristic ends. */
  readonly rounds?: number;
}
