import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weakCuts } from './min-cut.ts';

const ring = (nodes: readonly number[]): [number, number, number][] =>
  nodes.map((node, at) => [node, nodes[(at + 1) % nodes.length] ?? node, 1]);

test('the smaller of two rings that hang together by too little is a weak cut', () => {
  const arcs = [...ring([0, 2, 4]), ...ring([1, 3, 5, 6])];
  assert.deepEqual(weakCuts(7, [...arcs, [0, 1, 0.5], [4, 6, 1]], 2), [new Set([0, 4, 2])]);
  assert.deepEqual(weakCuts(7, [...arcs, [0, 1, 0.5], [4, 6, 1.5]], 2), []);
  assert.deepEqual(weakCuts(7, arcs, 2), [new Set([0, 4, 2])]);
});

test('a single node that hangs on too little is one, and no nodes have none', () => {
  assert.deepEqual(weakCuts(4, [...ring([0, 1, 2]), [2, 3, 1]], 2), [new Set([3])]);
  assert.deepEqual(weakCuts(0, [], 2), []);
});
