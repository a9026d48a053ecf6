import { expect, test } from 'vitest';
import { readPlan } from './vrp-routes.ts';

const instance = {
  depots: [{ n: 0 }],
  demand: [
    { n: 0, demand: 99 },
    { n: 1, demand: 3 },
    { n: 2, demand: 4 },
    { n: 3, demand: 5 },
  ],
  arcs: [
    { n1: 0, n2: 1, w: 1 },
    { n1: 1, n2: 2, w: 1 },
    { n1: 2, n2: 0, w: 1 },
    { n1: 0, n2: 3, w: 7 },
  ],
  parameters: { capacity: 8 },
};
const visit = (route: number, pos: number, node: number) => ({ route, pos, node });
const solution = {
  routes: [
    visit(1, 0, 0),
    visit(1, 2, 2),
    visit(1, 1, 1),
    visit(1, 3, 0),
    visit(2, 0, 0),
    visit(2, 1, 3),
    visit(2, 2, 0),
  ],
};

test('each route has its stops in order, its load without the depot, and its length', () => {
  const plan = readPlan({ instance, solution });
  expect(plan?.routes.map(({ id, stops, load, length }) => [id, stops, load, length])).toEqual([
    [1, [1, 2], 7, 3],
    [2, [3], 5, 14],
  ]);
  expect(plan?.capacity).toBe(8);
});

test('without places the depot stands in the middle', () => {
  expect(readPlan({ instance, solution })?.points.get(0)).toEqual({ x: 200, y: 200 });
});

test('with places every stop is drawn where it lies', () => {
  const positions = [0, 1, 2, 3].map((n) => ({ n, lat: n, lng: 0 }));
  const points = readPlan({ instance: { ...instance, positions }, solution })?.points;
  expect(points?.get(3)?.y).toBeLessThan(points?.get(0)?.y ?? 0);
});

test('what are no routes is not drawn', () => {
  expect(readPlan({ instance, solution: { route: [] } })).toBeUndefined();
});
