import { expect, test } from 'vitest';
import { firstTarget, headersOf, readable } from './test-request.ts';

test('a test begins with a path that the route takes', () => {
  expect(firstTarget('/orders/{proxy+}')).toBe('/orders');
  expect(firstTarget('/{proxy+}')).toBe('/');
  expect(firstTarget('/orders/{id}')).toBe('/orders/{id}');
});

test('headers are read by the line, and a value may hold a colon', () => {
  expect(headersOf('Accept: text/plain\n\nx-at:  10:30 ')).toEqual({ accept: 'text/plain', 'x-at': '10:30' });
});

test('JSON is shown by the line, and what only looks like it as it came', () => {
  expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(readable('{"a":1')).toBe('{"a":1');
});
