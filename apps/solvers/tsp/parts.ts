/** The sets of nodes that hang together by these arcs, the smallest first. */
export const partsOf = (size: number, arcs: Iterable<readonly [number, number]>): Set<number>[] => {
  const neighbours = neighboursOf(size, arcs);
  const left = new Set(neighbours.keys());
  const parts: Set<number>[] = [];
  for (const start of left) {
    const part = new Set([start]);
    // A set is walked with what is added on the way.
    for (const node of part) for (const next of neighbours[node] ?? []) part.add(next);
    for (const node of part) left.delete(node);
    parts.push(part);
  }
  return parts.toSorted((a, b) => a.size - b.size);
};

/** The round trip that arcs of one part make: along their direction, or in either where each node has two. */
export const tourOf = (
  size: number,
  arcs: readonly (readonly [number, number])[],
  isSymmetric: boolean,
): Int32Array => {
  const next = isSymmetric ? neighboursOf(size, arcs) : exitsOf(size, arcs);
  const tour = new Set([0]);
  for (const node of tour) {
    const to = next[node]?.find((neighbour) => !tour.has(neighbour));
    if (to !== undefined) tour.add(to);
  }
  return Int32Array.from(tour);
};

const exitsOf = (size: number, arcs: Iterable<readonly [number, number]>): number[][] => {
  const exits = Array.from({ length: size }, (): number[] => []);
  for (const [from, to] of arcs) exits[from]?.push(to);
  return exits;
};

const neighboursOf = (size: number, arcs: Iterable<readonly [number, number]>): number[][] => {
  const neighbours = exitsOf(size, arcs);
  for (const [from, to] of arcs) neighbours[to]?.push(from);
  return neighbours;
};
