import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBoundedMap } from './bounded-map.ts';

test('what is used again and again stays, however much comes after it', () => {
  const map = createBoundedMap<number>(10);
  map.set('used', 1);
  for (let index = 0; index < 1000; index += 1) {
    map.set(`other ${index}`, index);
    assert.equal(map.get('used'), 1, `after ${index + 1} others`);
  }
});

test('it never holds more than its limit, and at least half of that of what came last', () => {
  const map = createBoundedMap<number>(10);
  for (let index = 0; index < 1000; index += 1) map.set(String(index), index);
  const held: number[] = [];
  map.deleteWhere((value) => held.push(value) > 0);
  assert.ok(held.length >= 5 && held.length <= 10, `${held.length} are held`);
  assert.deepEqual(
    held.toSorted((a, b) => a - b),
    Array.from({ length: held.length }, (_, index) => 1000 - held.length + index),
  );
});

test('what is deleted or replaced is not found by its old value, in either generation', () => {
  const map = createBoundedMap<string>(4);
  for (const key of ['a', 'b', 'c']) map.set(key, 'first');
  map.set('a', 'second');
  map.delete('b');
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => map.get(key)),
    ['second', undefined, 'first'],
  );
  map.clear();
  assert.equal(map.get('a'), undefined);
});
