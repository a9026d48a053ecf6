import { expect, test } from 'vitest';
import { fitPoints, onCircle, readPositions, size, spanOf } from './place-nodes.ts';

const rounded = (points: ReadonlyMap<unknown, { x: number; y: number }>) =>
  [...points.values()].map(({ x, y }) => [Math.round(x), Math.round(y)]);

test('nodes without a place stand on a circle, clockwise from the top', () => {
  expect(rounded(onCircle([1, 2, 3, 4]))).toEqual([
    [200, 28],
    [372, 200],
    [200, 372],
    [28, 200],
  ]);
});

test('places keep their proportions, north is up, and all lie inside', () => {
  const fitted = fitPoints(
    new Map([
      [1, { x: 0, y: 0 }],
      [2, { x: 10, y: 0 }],
      [3, { x: 10, y: 5 }],
    ]),
  );
  const [a, b, c] = rounded(fitted);
  expect(b?.[1]).toBe(a?.[1]);
  expect(c?.[1]).toBeLessThan(b?.[1] ?? 0);
  expect((b?.[0] ?? 0) - (a?.[0] ?? 0)).toBe(2 * ((b?.[1] ?? 0) - (c?.[1] ?? 0)));
  for (const [x, y] of rounded(fitted)) {
    expect(Math.min(x ?? 0, y ?? 0)).toBeGreaterThan(0);
    expect(Math.max(x ?? 0, y ?? 0)).toBeLessThan(size);
  }
});

test('one point, or all at one place, is no division by nothing', () => {
  expect(rounded(fitPoints(new Map([[1, { x: 3, y: 3 }]])))).toEqual([[200, 200]]);
});

test('places of an instance are read as latitude or as plane, and only where every node has one', () => {
  const instance = {
    positions: [
      { n: 1, lat: 5, lng: 7 },
      { n: 2, lat: 6, lng: 8 },
    ],
  };
  expect(readPositions(instance, [1, 2])?.get(1)).toEqual({ x: 7, y: 5 });
  expect(readPositions(instance, [1, 3])).toBeUndefined();
  expect(readPositions({ coordinates: [{ id: 'a', x: 1, y: 2 }] }, ['a'])?.get('a')).toEqual({ x: 1, y: 2 });
  expect(readPositions({}, [])).toBeUndefined();
});

test('a drawing is as high as its points need', () => {
  const { top, height } = spanOf(
    new Map([
      [1, { x: 9, y: 100 }],
      [2, { x: 9, y: 150 }],
    ]),
  );
  expect([top < 100, top + height > 150, height < 150]).toEqual([true, true, true]);
});
