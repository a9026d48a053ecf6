import { expect, test } from 'vitest';
import { namedRadius, roomOfNodes } from './room-of-nodes.ts';

test('no two nodes lie upon each other, and those with room are large enough for their names', () => {
  const points = new Map([
    ['a', { x: 100, y: 100 }],
    ['b', { x: 106, y: 108 }],
    ['far', { x: 300, y: 300 }],
  ]);
  const room = roomOfNodes(points);
  expect((room.get('a') ?? 0) + (room.get('b') ?? 0)).toBeLessThanOrEqual(10);
  expect(room.get('a')).toBeLessThan(namedRadius);
  expect(room.get('far')).toBeGreaterThanOrEqual(namedRadius);
});

test('nodes at one place are still to be seen', () => {
  const here = { x: 5, y: 5 };
  expect(
    roomOfNodes(
      new Map([
        [1, here],
        [2, here],
      ]),
    ).get(1),
  ).toBeGreaterThan(0);
});

test('thousands are drawn as dots, without comparing each with each', () => {
  const crowd = new Map(Array.from({ length: 20_000 }, (_, id) => [id, { x: id, y: 0 }]));
  expect(new Set(roomOfNodes(crowd).values())).toEqual(new Set([2]));
});
