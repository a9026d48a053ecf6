import { expect, test } from 'vitest';
import { legsOf, lengthOfLegs, readOrder } from './tour.ts';

const instance = {
  arcs: [
    { n1: 1, n2: 2, w: 3 },
    { n1: 2, n2: 3, w: 4 },
    { n1: 3, n2: 1, w: 5 },
  ],
};

test('a route is read in the order of its positions, and comes home', () => {
  const order = readOrder(
    {
      route: [
        { pos: 2, node: 3 },
        { pos: 0, node: 1 },
        { pos: 1, node: 2 },
      ],
    },
    'route',
  );
  expect(order).toEqual([1, 2, 3]);
  const legs = legsOf(order ?? [], instance);
  expect(legs.map(({ from, to }) => [from, to])).toEqual([
    [1, 2],
    [2, 3],
    [3, 1],
  ]);
  expect(lengthOfLegs(legs)).toBe(12);
});

test('a route that ends where it began is not closed twice', () => {
  expect(legsOf([1, 2, 3, 1], instance)).toHaveLength(3);
});

test('a missing length is not counted as nothing', () => {
  expect(lengthOfLegs(legsOf([1, 9], instance))).toBeUndefined();
});

test('what is no route is not taken for an empty one', () => {
  expect(readOrder({ routes: [] }, 'route')).toBeUndefined();
  expect(readOrder(null, 'route')).toBeUndefined();
});
