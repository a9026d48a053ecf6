/**
 * How many values lie within each of some bounds, in the order of these: each bucket holds what is beyond the bound
 * before it, and one more holds what is beyond the last.
 */
export const emptyBuckets = (bounds: readonly number[]): number[] =>
  Array.from({ length: bounds.length + 1 }, () => 0);

export const countIn = (buckets: number[], bounds: readonly number[], value: number): void => {
  const found = bounds.findIndex((bound) => value <= bound);
  const index = found === -1 ? bounds.length : found;
  buckets[index] = (buckets[index] ?? 0) + 1;
};

export const addBuckets = (to: number[], more: readonly number[]): void => {
  for (const [index, value] of more.entries()) to[index] = (to[index] ?? 0) + value;
};
