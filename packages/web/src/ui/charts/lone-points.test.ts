import { expect, test } from 'vitest';
import { lonePoints } from './lone-points.ts';

test('a value between gaps is shown by a dot, one on a line is not', () => {
  expect(lonePoints([null, 7, null, 1, 2, null, undefined, 0])).toEqual([1, 7]);
  expect(lonePoints([3])).toEqual([0]);
  expect(lonePoints([1, 2, 3])).toEqual([]);
  expect(lonePoints([null, null])).toEqual([]);
});
