import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOperation } from './compare.ts';

test('a difference names table, row and key, and what stands there now', () => {
  assert.equal(describeOperation({ op: 'replace', path: '/arcs/1/w', value: 7 }), '~ arcs, row 2, w: 7');
  assert.equal(describeOperation({ op: 'remove', path: '/arcs/0' }), '- arcs, row 1');
  assert.equal(describeOperation({ op: 'add', path: '/arcs/-', value: {} }), '+ arcs, a last row: {}');
  assert.equal(
    describeOperation({ op: 'replace', path: '/parameters/a~1b', value: 'x' }),
    '~ parameters, a/b: "x"',
  );
  assert.equal(describeOperation({ op: 'replace', path: '', value: null }), '~ everything: null');
});

test('a long value is cut, and no sequence of others reaches the terminal', () => {
  const text = describeOperation({ op: 'add', path: '/\u001b[31mt', value: 'y'.repeat(500) });
  assert.ok(text.length < 150 && text.endsWith('…'), text);
  assert.ok(!text.includes('\u001b'));
});
