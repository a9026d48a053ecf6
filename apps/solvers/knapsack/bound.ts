import type { Item } from './data.ts';

/** What the items from `from` on are worth at most in so much room. */
export type Bound = (from: number, room: number) => number;

/**
 * Dantzig's bound (1957): the best items for their weight, and a part of the first that does not fit. Items come with
 * the most valuable for their weight first. Whole values have a whole bound.
 */
export const dantzigBound = (items: readonly Item[]): Bound => {
  const weights = [0];
  const values = [0];
  for (const [index, { weight, value }] of items.entries()) {
    weights.push((weights[index] ?? 0) + weight);
    values.push((values[index] ?? 0) + value);
  }
  const isWhole = items.every(({ value }) => Number.isInteger(value));
  return (from, room) => {
    const limit = (weights[from] ?? 0) + room;
    let low = from;
    let high = items.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((weights[middle] ?? 0) <= limit) low = middle;
      else high = middle - 1;
    }
    const next = items[low];
    const part = next === undefined ? 0 : ((limit - (weights[low] ?? 0)) * next.value) / next.weight;
    const bound = (values[low] ?? 0) - (values[from] ?? 0) + part;
    return isWhole ? Math.floor(bound + 1e-9) : bound;
  };
};

/** Takes what still fits, in that order. */
export const greedy = (items: readonly Item[], capacity: number): Item[] => {
  let room = capacity;
  return items.filter(({ weight }) => {
    if (weight > room) return false;
    room -= weight;
    return true;
  });
};
