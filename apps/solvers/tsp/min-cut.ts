/** How much of a cut must be missing for it to count. */
const epsilon = 1e-6;

/**
 * Sets of nodes that less than `least` of the arcs' weight leaves or enters, the smaller side of each. These are the
 * cuts of the phases of Stoer and Wagner (1997): when any set is that weakly tied, one of them is. Takes time by the
 * cube of the nodes.
 */
export const weakCuts = (
  size: number,
  arcs: readonly (readonly [from: number, to: number, weight: number])[],
  least: number,
): Set<number>[] => {
  const weights = new Float64Array(size * size);
  for (const [from, to, weight] of arcs)
    for (const at of [from * size + to, to * size + from]) weights[at] = (weights[at] ?? 0) + weight;
  /** Nodes that were merged into one, by the index of that one. */
  const merged = Array.from({ length: size }, (_, node) => [node]);
  let active = Array.from({ length: size }, (_, node) => node);
  const cuts: Set<number>[] = [];
  while (active.length > 1) {
    const { last, before, tie } = mostTightlyOrdered(active, weights, size);
    const side = new Set(merged[last]);
    if (tie < least - epsilon) cuts.push(side.size <= size / 2 ? side : complement(side, size));
    merged[before]?.push(...(merged[last] ?? []));
    active = active.filter((node) => node !== last);
    for (const node of active) {
      if (node === before) continue;
      const sum = (weights[before * size + node] ?? 0) + (weights[last * size + node] ?? 0);
      weights[before * size + node] = sum;
      weights[node * size + before] = sum;
    }
  }
  return cuts;
};

/** Takes up one node after the other, always the one most tied to those before; says the last two, and how tied the last is. */
const mostTightlyOrdered = (active: readonly number[], weights: Float64Array, size: number) => {
  const ties = new Float64Array(size);
  const left = new Set(active);
  let last = active[0] ?? 0;
  let before = last;
  left.delete(last);
  while (left.size > 0) {
    let next = -1;
    for (const node of left) {
      const tie = (ties[node] ?? 0) + (weights[last * size + node] ?? 0);
      ties[node] = tie;
      if (next === -1 || tie > (ties[next] ?? 0)) next = node;
    }
    left.delete(next);
    [before, last] = [last, next];
  }
  return { last, before, tie: ties[last] ?? 0 };
};

const complement = (nodes: ReadonlySet<number>, size: number): Set<number> =>
  new Set(Array.from({ length: size }, (_, node) => node).filter((node) => !nodes.has(node)));
