import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillBest } from './knapsack.ts';

interface Item {
  readonly length: number;
  readonly value: number;
  readonly most: number;
}

/** By trying everything. */
const bestValue = (capacity: number, [first, ...rest]: readonly Item[]): number => {
  if (first === undefined) return 0;
  let best = 0;
  for (let count = 0; count <= first.most && count * first.length <= capacity; count++) {
    best = Math.max(best, count * first.value + bestValue(capacity - count * first.length, rest));
  }
  return best;
};

test('a filling is the best there is, within the capacity and the number of each item', () => {
  let state = 3;
  const random = (most: number): number => (state = (state * 48271) % 2147483647) % most;
  for (let round = 0; round < 200; round++) {
    const items = Array.from({ length: 1 + random(4) }, () => ({
      length: 1 + random(9),
      value: random(12),
      most: random(8),
    }));
    const capacity = random(40);
    const { value, counts } = fillBest(capacity, items);
    const sum = (of: (item: Item) => number): number =>
      items.reduce((total, item, at) => total + of(item) * (counts[at] ?? 0), 0);
    assert.equal(value, bestValue(capacity, items));
    assert.equal(
      sum((item) => item.value),
      value,
    );
    assert.ok(sum((item) => item.length) <= capacity);
    assert.ok(items.every(({ most }, at) => (counts[at] ?? 0) <= most));
  }
});
