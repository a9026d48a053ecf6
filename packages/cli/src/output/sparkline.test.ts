import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sparkline } from './sparkline.ts';

test('a bar is as high as its share of the most, and what is not known is a gap', () => {
  assert.equal(sparkline([0, 50, 100, null, 200, -1], 100, 10), '▁▅█ █▁');
});

test('more values than columns are averaged without losing the last', () => {
  assert.equal(sparkline([0, 0, 100, 100], 100, 2), '▁█');
  assert.equal(sparkline([0, 0, 0, 0, 100], 100, 2).length, 2);
  assert.ok(sparkline([0, 0, 0, 0, 100], 100, 2).endsWith('▃'));
});

test('nothing to show is an empty line, and nothing but zeros is flat', () => {
  assert.equal(sparkline([], 100, 10), '');
  assert.equal(sparkline([0, 0], 0, 10), '▁▁');
});
