import type { BaseConfig } from '../src/lib/app.ts';

export interface Instance {
  readonly pairs: readonly { readonly n1: number; readonly n2: number }[];
}

export interface Solution {
  readonly assignment: readonly { readonly node: number; readonly color: number }[];
}

export type Config = BaseConfig;

/** Nodes by index, and of each the indexes of the nodes that must not have its colour. */
export interface Graph {
  readonly nodes: readonly number[];
  readonly neighbours: readonly ReadonlySet<number>[];
}

export const graphOf = ({ pairs }: Instance): Graph => {
  const nodes = [...new Set(pairs.flatMap(({ n1, n2 }) => [n1, n2]))].toSorted((a, b) => a - b);
  const indexes = new Map(nodes.map((node, index) => [node, index]));
  const neighbours = nodes.map(() => new Set<number>());
  for (const { n1, n2 } of pairs) {
    const [a = 0, b = 0] = [indexes.get(n1), indexes.get(n2)];
    neighbours[a]?.add(b);
    neighbours[b]?.add(a);
  }
  return { nodes, neighbours };
};

/** Colours by index of the node. */
export type Coloring = readonly number[];

export const countColors = (coloring: Coloring): number => new Set(coloring).size;

export const solutionOf = ({ nodes }: Graph, coloring: Coloring): Solution => ({
  assignment: nodes.map((node, index) => ({ node, color: coloring[index] ?? 0 })),
});
