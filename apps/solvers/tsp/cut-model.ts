import type { Constraint, Model, Variable } from '../src/lib/mip.ts';
import type { Network } from './data.ts';

/** A trip as a linear model in which arcs are taken or not; without cuts it may fall apart into several round trips. */
export interface CutModel {
  /** Arcs by index of the variable; of a symmetric network each pair once. */
  readonly arcs: readonly (readonly [from: number, to: number])[];
  /** Arcs that are not open are not taken. */
  model(cuts: readonly ReadonlySet<number>[], isRelaxed: boolean, isOpen: (arc: number) => boolean): Model;
}

/**
 * Dantzig, Fulkerson and Johnson (1954). Symmetric: every node has two arcs; else one in and one out. A cut says of a
 * set of nodes that fewer arcs than nodes lie within it.
 */
export const createCutModel = (network: Network): CutModel => {
  const arcs = arcsOf(network);
  const size = network.nodes.length;
  const degrees = network.isSymmetric ? symmetricDegrees(size, arcs) : directedDegrees(size, arcs);
  return {
    arcs,
    model: (cuts, isRelaxed, isOpen) => ({
      sense: 'minimize',
      variables: arcs.map(([from, to], arc): Variable => ({
        name: `x_${from}_${to}`,
        upper: isOpen(arc) ? 1 : 0,
        integer: !isRelaxed,
        cost: network.length(from, to),
      })),
      constraints: [...degrees, ...cuts.map((nodes) => cutConstraint(nodes, arcs))],
    }),
  };
};

const arcsOf = ({ nodes, length, isSymmetric }: Network): [number, number][] => {
  const arcs: [number, number][] = [];
  for (let from = 0; from < nodes.length; from += 1)
    for (let to = isSymmetric ? from + 1 : 0; to < nodes.length; to += 1)
      if (from !== to && length(from, to) < Infinity) arcs.push([from, to]);
  return arcs;
};

type Arcs = CutModel['arcs'];

const sumsTo = (total: number, terms: Constraint['terms']): Constraint => ({
  terms,
  lower: total,
  upper: total,
});

const symmetricDegrees = (size: number, arcs: Arcs): Constraint[] => {
  const terms = Array.from({ length: size }, (): [number, number][] => []);
  for (const [variable, ends] of arcs.entries()) for (const node of ends) terms[node]?.push([variable, 1]);
  return terms.map((of) => sumsTo(2, of));
};

const directedDegrees = (size: number, arcs: Arcs): Constraint[] => {
  const outOf = Array.from({ length: size }, (): [number, number][] => []);
  const into = Array.from({ length: size }, (): [number, number][] => []);
  for (const [variable, [from, to]] of arcs.entries()) {
    outOf[from]?.push([variable, 1]);
    into[to]?.push([variable, 1]);
  }
  return [...outOf, ...into].map((of) => sumsTo(1, of));
};

const cutConstraint = (nodes: ReadonlySet<number>, arcs: Arcs): Constraint => {
  const terms: [number, number][] = [];
  for (const [variable, [from, to]] of arcs.entries())
    if (nodes.has(from) && nodes.has(to)) terms.push([variable, 1]);
  return { terms, upper: nodes.size - 1 };
};
