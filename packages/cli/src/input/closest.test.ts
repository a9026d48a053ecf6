import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closest, findClosest } from './closest.ts';

const commands = ['start', 'list', 'show', 'logs', 'cancel', 'rerun', 'artifacts'];

test('a slip of the finger leads to the word that was meant', () => {
  assert.equal(findClosest('strat', commands), 'start');
  assert.equal(findClosest('cancle', commands), 'cancel');
  assert.equal(findClosest('log', commands), 'logs');
  assert.equal(findClosest('LIST', commands), 'list');
  assert.equal(findClosest('arti', commands), 'artifacts');
});

test('nothing is suggested where nothing is near', () => {
  assert.equal(findClosest('deploy', commands), undefined);
  assert.equal(closest('deploy', commands), '');
  assert.equal(closest('x', []), '');
});
