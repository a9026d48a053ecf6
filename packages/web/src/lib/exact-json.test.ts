import { expect, test } from 'vitest';
import { figureOf, memberText, parseExact, parseFigures } from './exact-json.ts';

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

test('figures are written as they stood, and plain numbers stay numbers', () => {
  const text = '{"a":[1.0,1e5,-0,12345678901234567890,3,0.1],"b":"1.0"}';
  const document = parseFigures(text) as { a: unknown[] };
  expect(JSON.stringify(document)).toBe(text);
  expect(document.a.slice(4)).toEqual([3, 0.1]);
  expect(JSON.stringify([figureOf('7'), figureOf('7.50')])).toBe('[7,7.50]');
});
