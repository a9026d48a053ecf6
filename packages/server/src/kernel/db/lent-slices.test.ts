import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveBackSlice, lendSlice, sliceBytes } from './lent-slices.ts';

const filled = (byte: number, length = sliceBytes): Buffer => Buffer.alloc(length, byte);

test('a slice is a copy, and its memory is used again once it was given back', () => {
  const given = filled(1, sliceBytes - 7);
  const slice = lendSlice(given);
  given.fill(0);
  assert.ok(slice.equals(filled(1, sliceBytes - 7)));
  giveBackSlice(slice);
  const next = lendSlice(filled(2));
  assert.equal(next.buffer, slice.buffer);
  assert.ok(next.equals(filled(2)));
});

test('memory that was given back twice is lent to one alone', () => {
  const slice = lendSlice(filled(3));
  giveBackSlice(slice);
  giveBackSlice(slice);
  const one = lendSlice(filled(4));
  const other = lendSlice(filled(5));
  assert.notEqual(one.buffer, other.buffer);
  assert.ok(one.equals(filled(4)));
});

test('what is not given back stays as it is, and what was not lent is never lent', () => {
  const kept = lendSlice(filled(6));
  const short = lendSlice(filled(7, 10));
  const foreign = filled(8);
  giveBackSlice(short);
  giveBackSlice(foreign);
  for (let at = 0; at < 600; at += 1) {
    const other = lendSlice(filled(9));
    assert.notEqual(other.buffer, foreign.buffer);
  }
  assert.ok(kept.equals(filled(6)));
  assert.ok(short.equals(filled(7, 10)));
  assert.ok(foreign.equals(filled(8)));
});
