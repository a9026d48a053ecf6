/** What moves must gain at least: less is rounding. */
const epsilon = 1e-7;

/** Shortens a round trip by the moves below until none helps, or an end is asked for. */
export type Length = (from: number, to: number) => number;

/** The trip that always goes on to the nearest node that is left. */
export const nearestNeighbour = (size: number, length: Length, start: number): Int32Array => {
  const left = new Set(Array.from({ length: size }, (_, node) => node));
  const tour = new Int32Array(size);
  let here = start;
  for (let at = 0; at < size; at += 1) {
    tour[at] = here;
    left.delete(here);
    let nearest = -1;
    for (const node of left) if (nearest === -1 || length(here, node) < length(here, nearest)) nearest = node;
    here = nearest;
  }
  return tour;
};

/**
 * 2-opt (Croes 1958): turns the part from `i + 1` to `j` around, where both ways are as long. One pass over `i`; says
 * whether it shortened the trip.
 */
export const twoOpt = (tour: Int32Array, length: Length, i: number): boolean => {
  const size = tour.length;
  const a = tour[i] ?? 0;
  let isShorter = false;
  for (let j = i + 2; j < size; j += 1) {
    const b = tour[i + 1] ?? 0;
    const c = tour[j] ?? 0;
    const d = tour[j + 1 === size ? 0 : j + 1] ?? 0;
    if (a === d || length(a, c) + length(b, d) - length(a, b) - length(c, d) > -epsilon) continue;
    tour.subarray(i + 1, j + 1).reverse();
    isShorter = true;
  }
  return isShorter;
};

/**
 * Or-opt (Or 1976): moves the `count` nodes from position `i` to the place where they cost least, turned around only
 * where both ways are as long. Says whether it shortened the trip.
 */
export const orOpt = (
  tour: Int32Array,
  length: Length,
  i: number,
  count: number,
  mayTurn: boolean,
): boolean => {
  const size = tour.length;
  if (size < count + 2) return false;
  const at = (position: number): number => tour[position % size] ?? 0;
  const first = at(i);
  const last = at(i + count - 1);
  const before = at(i + size - 1);
  const after = at(i + count);
  const saved = length(before, first) + length(last, after) - length(before, after);
  // Where the way past them is no shorter they stay: moving them could gain only where detours are shorter than the way.
  if (saved < epsilon) return false;
  let least = saved - epsilon;
  let place = -1;
  let isTurned = false;
  let from = after;
  for (let k = i + count; k < i + size - 1; k += 1) {
    const to = at(k + 1);
    const here = length(from, to);
    const straight = length(from, first) + length(last, to) - here;
    const turned = mayTurn ? length(from, last) + length(first, to) - here : Infinity;
    from = to;
    if (straight >= least && turned >= least) continue;
    least = Math.min(straight, turned);
    place = k;
    isTurned = turned < straight;
  }
  if (place === -1) return false;
  const segment = Array.from({ length: count }, (_, offset) => at(i + offset));
  const rest = Array.from({ length: size - count }, (_, offset) => at(i + count + offset));
  tour.set(rest.toSpliced(place - i - count + 1, 0, ...(isTurned ? segment.toReversed() : segment)));
  return true;
};
