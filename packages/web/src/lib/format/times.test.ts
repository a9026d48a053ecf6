import { expect, test } from 'vitest';
import { formatDate, formatDuration, formatRelative } from './times.ts';

const now = Date.parse('2025-11-21T12:00:00Z');

test.each([
  ['2025-11-21T11:59:58Z', 'now', 'agora'],
  ['2025-11-21T11:59:30Z', '30s ago', 'há 30 seg.'],
  ['2025-11-21T11:48:00Z', '12m ago', 'há 12 min.'],
  ['2025-11-21T09:30:00Z', '2h ago', 'há 2 h'],
  ['2025-11-20T11:00:00Z', 'yesterday', 'ontem'],
  ['2025-11-21T14:00:00Z', 'in 2h', 'em 2 h'],
])('%s reads %s and %s', (at, english, portuguese) => {
  expect(formatRelative(at, now, 'en')).toBe(english);
  expect(formatRelative(at, now, 'pt-BR')).toBe(portuguese);
});

test.each([
  [0, '0 ms'],
  [0.42, '420 ms'],
  [1.04, '1.0 s'],
  [59.96, '1 min 00 s'],
  [185, '3 min 05 s'],
  [3600, '1 h 00 min'],
  [8040, '2 h 14 min'],
  [273_600, '3 d 4 h'],
])('%d seconds read %s', (seconds, text) => {
  expect(formatDuration(seconds, 'en')).toBe(text);
});

test('decimals follow the language', () => {
  expect(formatDuration(1.44, 'pt-BR')).toBe('1,4 s');
});

test('a date without a time is the same day in every time zone', () => {
  expect(formatDate('2025-11-01', 'en', { day: 'numeric', month: 'short' })).toBe('Nov 1');
});

test('what counts on shows whole seconds and none before the first', () => {
  expect(formatDuration(0.7, 'en', { wholeSeconds: true })).toBe('0 s');
  expect(formatDuration(8.9, 'en', { wholeSeconds: true })).toBe('8 s');
  expect(formatDuration(61, 'en', { wholeSeconds: true })).toBe('1 min 01 s');
});
