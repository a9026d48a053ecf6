import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memberText } from './member-text.ts';

test('a member comes as it is written: numbers, escapes, and the order of names', () => {
  const text =
    '{"name":"a","instance":{"z":1.0,"1":[1e5,-0,12345678901234567890],"s":"\\u00e9 1.0","e":{}},"solution":[1]}';
  assert.equal(
    memberText(text, 'instance'),
    '{"z":1.0,"1":[1e5,-0,12345678901234567890],"s":"\\u00e9 1.0","e":{}}',
  );
  assert.equal(memberText(text, 'solution'), '[1]');
  assert.equal(memberText(text, 'name'), '"a"');
});

test('what only looks like the member is none: in strings, deeper down, as a value', () => {
  const text =
    '{"a": "instance", "b": {"instance": 1}, "c\\"}": ",\\"instance\\": 2", "inst\\u0061nce" : 3.50 }';
  assert.equal(memberText(text, 'instance'), '3.50');
  assert.equal(memberText(text, 'other'), undefined);
  assert.equal(memberText('[{"instance":1}]', 'instance'), undefined);
  assert.equal(memberText('{}', 'instance'), undefined);
  assert.throws(() => memberText('{"instance":1', 'instance'), SyntaxError);
});

test('it is indented as if it stood alone', () => {
  const text = JSON.stringify({ name: 'x', instance: { rows: [{ id: 1 }], none: [] } }, undefined, 2);
  const alone = JSON.stringify({ rows: [{ id: 1 }], none: [] }, undefined, 2);
  assert.equal(memberText(text, 'instance'), alone);
});
