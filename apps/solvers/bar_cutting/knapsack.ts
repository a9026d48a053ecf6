interface Item {
  readonly length: number;
  readonly value: number;
  /** At most so many of it. */
  readonly most: number;
}

interface Filling {
  readonly value: number;
  /** By index of the item. */
  readonly counts: number[];
}

/**
 * Fills `capacity` with the most valuable items, a bounded knapsack by dynamic programming: each item is split into
 * lots of 1, 2, 4, … pieces, so that a bit for each lot and length remembers what was taken. Lengths are whole numbers.
 */
export const fillBest = (capacity: number, items: readonly Item[]): Filling => {
  const lots = items.flatMap(({ length, value, most }, item) =>
    value > 0 ? lotSizes(Math.min(most, Math.floor(capacity / length))).map((size) => ({ item, size })) : [],
  );
  const best = new Float64Array(capacity + 1);
  const taken = lots.map(({ item, size }) => {
    const { length, value } = items[item] ?? { length: 0, value: 0 };
    const marks = new Uint8Array(capacity + 1);
    for (let left = capacity; left >= length * size; left--) {
      const withLot = (best[left - length * size] ?? 0) + value * size;
      // Floating values: a gain below this is none, and must not make the choice depend on the order of sums.
      if (withLot <= (best[left] ?? 0) + 1e-12) continue;
      best[left] = withLot;
      marks[left] = 1;
    }
    return marks;
  });
  const counts = items.map(() => 0);
  let left = capacity;
  for (let lot = lots.length - 1; lot >= 0; lot--) {
    if (taken[lot]?.[left] !== 1) continue;
    const { item, size } = lots[lot] ?? { item: 0, size: 0 };
    counts[item] = (counts[item] ?? 0) + size;
    left -= size * (items[item]?.length ?? 0);
  }
  return { value: best[capacity] ?? 0, counts };
};

/** Sizes whose sums are all numbers from 0 to `most`. */
const lotSizes = (most: number): number[] => {
  const sizes: number[] = [];
  let rest = most;
  for (let size = 1; rest > 0; size *= 2) {
    sizes.push(Math.min(size, rest));
    rest -= size;
  }
  return sizes;
};
