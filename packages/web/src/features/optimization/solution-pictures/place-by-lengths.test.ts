import { expect, test } from 'vitest';
import { placeByLengths } from './place-by-lengths.ts';

const towns = new Map<number, readonly [number, number]>([
  [1, [0, 0]],
  [2, [4, 0]],
  [3, [4, 3]],
  [4, [1, 5]],
  [5, [-2, 2]],
]);
const ids = [...towns.keys()];
const apart = (a: readonly [number, number], b: readonly [number, number]) =>
  Math.hypot(a[0] - b[0], a[1] - b[1]);
const lengthOf = (from: number | string, to: number | string) =>
  apart(towns.get(Number(from)) ?? [0, 0], towns.get(Number(to)) ?? [0, 0]);

test('places that are found from lengths are as far from each other as those were', () => {
  const places = placeByLengths(ids, lengthOf);
  for (const a of ids) {
    for (const b of ids) {
      const [one, other] = [places?.get(a), places?.get(b)];
      expect(Math.hypot((one?.x ?? 0) - (other?.x ?? 9), (one?.y ?? 0) - (other?.y ?? 9))).toBeCloseTo(
        lengthOf(a, b),
        3,
      );
    }
  }
});

test('without all lengths, or with lengths of no plane, nothing is claimed', () => {
  expect(placeByLengths(ids, (a, b) => (a === 1 && b === 2 ? undefined : lengthOf(a, b)))).toBeUndefined();
  // Eight that are all as far from each other do not lie on a plane.
  expect(placeByLengths([1, 2, 3, 4, 5, 6, 7, 8], () => 1)).toBeUndefined();
});
