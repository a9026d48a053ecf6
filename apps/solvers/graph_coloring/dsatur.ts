import type { Coloring, Graph } from './data.ts';

/**
 * DSATUR (Brélaz 1979): colours next the node that has the most different colours around it, among those the one with
 * the most neighbours, and gives it the first colour that none of them has.
 */
export const dsatur = ({ neighbours }: Graph): Coloring => {
  const colors = neighbours.map(() => -1);
  const around = neighbours.map(() => new Set<number>());
  const left = new Set(neighbours.keys());
  while (left.size > 0) {
    const node = mostConstrained(left, around, neighbours);
    const taken = around[node] ?? new Set();
    let color = 0;
    while (taken.has(color)) color += 1;
    colors[node] = color;
    left.delete(node);
    for (const neighbour of neighbours[node] ?? []) around[neighbour]?.add(color);
  }
  return colors;
};

const mostConstrained = (
  left: ReadonlySet<number>,
  around: readonly ReadonlySet<number>[],
  neighbours: Graph['neighbours'],
): number => {
  let best = -1;
  for (const node of left) {
    const more = (around[node]?.size ?? 0) - (around[best]?.size ?? -1);
    if (more > 0 || (more === 0 && (neighbours[node]?.size ?? 0) > (neighbours[best]?.size ?? 0)))
      best = node;
  }
  return best;
};

/** Searching from more nodes finds little more, and takes long in large graphs. */
const mostStarts = 50;

/** Nodes that are all neighbours of each other, found greedily from the nodes with the most neighbours: they need as many colours. */
export const largeClique = ({ neighbours }: Graph): number[] => {
  const degree = (node: number): number => neighbours[node]?.size ?? 0;
  const starts = [...neighbours.keys()].toSorted((a, b) => degree(b) - degree(a)).slice(0, mostStarts);
  let best: number[] = [];
  for (const start of starts) {
    const clique = [start];
    let common = new Set(neighbours[start]);
    while (common.size > 0) {
      let next = -1;
      for (const node of common) if (next === -1 || degree(node) > degree(next)) next = node;
      clique.push(next);
      common = common.intersection(neighbours[next] ?? new Set());
    }
    if (clique.length > best.length) best = clique;
  }
  return best;
};
