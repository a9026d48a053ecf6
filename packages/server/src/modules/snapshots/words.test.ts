import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agoText, sizeText } from './words.ts';

test('sizes are told in decimal units, and never as a thousand of one', () => {
  assert.deepEqual([0, 999, 1000, 1_500_000, 999_949, 999_951, 7_000_000_000, 5e15].map(sizeText), [
    '0 B',
    '999 B',
    '1.0 kB',
    '1.5 MB',
    '999.9 kB',
    '1.0 MB',
    '7.0 GB',
    '5000.0 TB',
  ]);
});

test('ages are told in their largest whole unit', () => {
  assert.deepEqual([0, 59, 60, 3599, 3600, 86_399, 86_400, 200_000].map(agoText), [
    '0 s ago',
    '59 s ago',
    '1 min ago',
    '59 min ago',
    '1 h ago',
    '23 h ago',
    '1 d ago',
    '2 d ago',
  ]);
});
