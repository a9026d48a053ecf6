import { expect, test } from 'vitest';
import { memberText, parseExact } from './exact-json.ts';

test('an integer that a number cannot hold is read as it is written', () => {
  expect(parseExact('{"id": 12345678901234567890, "w": 1.50, "n": 3}')).toEqual({
    id: '12345678901234567890',
    w: 1.5,
    n: 3,
  });
});

test('a member is cut out with every number as it is written', () => {
  const text = '{"name": "one", "instance": {"a": [1.0, 1e5, 12345678901234567890]}}';
  expect(memberText(text, 'instance')?.replaceAll(/\s/g, '')).toBe('{"a":[1.0,1e5,12345678901234567890]}');
  expect(memberText(text, 'solution')).toBeUndefined();
});
