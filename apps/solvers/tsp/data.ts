import type { BaseConfig } from '../src/lib/app.ts';

export interface Arc {
  readonly n1: number;
  readonly n2: number;
  readonly w: number;
}

export interface Instance {
  readonly arcs: readonly Arc[];
}

export interface Solution {
  readonly route: readonly { readonly pos: number; readonly node: number }[];
}

export type Config = BaseConfig;

/** Nodes by index, and the lengths between them. */
export interface Network {
  readonly nodes: readonly number[];
  /** Infinity where there is no arc. */
  length(from: number, to: number): number;
  /** Whether every way is as long as the way back. */
  readonly isSymmetric: boolean;
}

/** A node's arc to itself is of no use to a trip. Where no pair of nodes has an arc both ways, all arcs go both ways. */
export const networkOf = ({ arcs }: Instance): Network => {
  const nodes = [...new Set(arcs.flatMap(({ n1, n2 }) => [n1, n2]))].toSorted((a, b) => a - b);
  const indexes = new Map(nodes.map((node, index) => [node, index]));
  const size = nodes.length;
  const lengths = new Float64Array(size * size).fill(Infinity);
  for (const { n1, n2, w } of arcs)
    if (n1 !== n2) lengths[(indexes.get(n1) ?? 0) * size + (indexes.get(n2) ?? 0)] = w;
  const back = (at: number): number => (at % size) * size + Math.floor(at / size);
  const goesBothWays = lengths.some((length, at) => length < Infinity && lengths[back(at)] !== Infinity);
  if (!goesBothWays)
    for (const [at, length] of lengths.entries())
      if (length < Infinity && lengths[back(at)] === Infinity) lengths[back(at)] = length;
  return {
    nodes,
    length: (from, to) => lengths[from * size + to] ?? Infinity,
    isSymmetric: lengths.every((length, at) => length === lengths[back(at)]),
  };
};

/** Of the round trip through these indexes; Infinity where an arc is missing. */
export const lengthOf = ({ length }: Network, tour: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < tour.length && tour.length > 1; at += 1)
    sum += length(tour[at] ?? 0, tour[(at + 1) % tour.length] ?? 0);
  return sum;
};

export const solutionOf = ({ nodes }: Network, tour: ArrayLike<number>): Solution => ({
  route: Array.from(tour, (index, pos) => ({ pos, node: nodes[index] ?? 0 })),
});

/** The trip of a solution as indexes of nodes; undefined where it does not pass through each node once. */
export const tourIn = ({ nodes }: Network, { route }: Solution): Int32Array | undefined => {
  const indexes = new Map(nodes.map((node, index) => [node, index]));
  const tour = route.toSorted((a, b) => a.pos - b.pos).flatMap(({ node }) => indexes.get(node) ?? []);
  const isWhole = tour.length === nodes.length && new Set(tour).size === nodes.length;
  return isWhole ? Int32Array.from(tour) : undefined;
};
