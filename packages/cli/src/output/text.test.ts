import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harmless, truncate, widthOf } from './text.ts';

test('the width of a text is the columns it takes, not its characters', () => {
  assert.equal(widthOf('abc'), 3);
  assert.equal(widthOf('São João'), 8);
  assert.equal(widthOf('Sa\u0303o'), 3, 'a combining mark takes no column');
  assert.equal(widthOf('基金'), 4);
  assert.equal(widthOf('🚀'), 2);
  assert.equal(widthOf('\u001b[31mred\u001b[0m'), 3);
});

test('a text that is cut says so and never splits a character', () => {
  assert.equal(truncate('pipeline', 8), 'pipeline');
  assert.equal(truncate('pipelines', 8), 'pipelin…');
  assert.equal(truncate('基金基金', 4), '基…');
  assert.equal(truncate('anything', 0), '');
});

test('text of others cannot move the cursor, recolour or rename the window', () => {
  assert.equal(harmless('\u001b[2J\u001b]0;owned\u0007hi\u001b[31m there'), 'hi there');
  assert.equal(harmless('one\rtwo\nthree\u009b1m'), 'one two three');
  assert.equal(harmless('a\tb'), 'a\tb');
});
