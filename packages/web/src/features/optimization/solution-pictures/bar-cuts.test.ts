import { expect, test } from 'vitest';
import { readCuts } from './bar-cuts.ts';

const instance = {
  bars: [{ id: 'bar1', length: 10 }],
  products: [
    { id: 'p1', length: 3 },
    { id: 'p2', length: 4 },
  ],
};
const solution = {
  detail_cutting_patterns: [
    { id_bar: 'bar1', id_pattern: 'a', id_product: 'p1', number_of_products: 2 },
    { id_bar: 'bar1', id_pattern: 'a', id_product: 'p2', number_of_products: 1 },
    { id_bar: 'bar1', id_pattern: 'b', id_product: 'p2', number_of_products: 2 },
  ],
  number_cutting_patterns: [
    { id_bar: 'bar1', id_pattern: 'a', number_of_patterns: 1 },
    { id_bar: 'bar1', id_pattern: 'b', number_of_patterns: 5 },
    { id_bar: 'bar1', id_pattern: 'c', number_of_patterns: 0 },
  ],
};

test('a pattern shows its pieces, longest first, and what is left of the bar', () => {
  const patterns = readCuts({ instance, solution })?.patterns ?? [];
  expect(
    patterns.map(({ times, waste, pieces }) => [times, waste, pieces.map(({ length }) => length)]),
  ).toEqual([
    [5, 2, [4, 4]],
    [1, 0, [4, 3, 3]],
  ]);
});

test('a table that is not there is not taken for an empty one', () => {
  expect(readCuts({ instance, solution: {} })).toBeUndefined();
});
