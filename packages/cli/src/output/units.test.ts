import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatDecimal,
  formatDollars,
  formatDuration,
  formatMoney,
  formatRelative,
  formatSize,
  secondsBetween,
} from './units.ts';

test('durations read in the two largest units', () => {
  const cases = [
    [0, '0 ms'],
    [0.25, '250 ms'],
    [1, '1 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [185, '3 min 05 s'],
    [7800, '2 h 10 min'],
    [3 * 86_400 + 3600 * 5, '3 d 5 h'],
  ] as const;
  for (const [seconds, text] of cases) assert.equal(formatDuration(seconds), text);
});

test('times near now read relative, far ones as a date', () => {
  const now = new Date('2026-11-21T12:00:00Z');
  assert.equal(formatRelative('2026-11-21T11:59:58Z', now), 'just now');
  assert.equal(formatRelative('2026-11-21T11:57:00Z', now), '3 min ago');
  assert.equal(formatRelative('2026-11-21T14:30:00Z', now), 'in 3 h');
  assert.equal(formatRelative('2026-11-11T12:00:00Z', now), '10 d ago');
  assert.match(formatRelative('2026-01-05T12:00:00Z', now), /^2026-01-05$/);
});

test('a run that goes on has taken the time until now; clocks that differ never give less than nothing', () => {
  const now = new Date('2026-11-21T12:00:10Z');
  assert.equal(secondsBetween('2026-11-21T12:00:00Z', null, now), 10);
  assert.equal(secondsBetween('2026-11-21T12:00:00Z', '2026-11-21T12:00:03Z', now), 3);
  assert.equal(secondsBetween('2026-11-21T12:00:20Z', null, now), 0);
});

test('money keeps every digit, whatever its size', () => {
  assert.equal(formatDecimal('12345678901234567890.12'), '12,345,678,901,234,567,890.12');
  assert.equal(formatDecimal('-1234.50'), '-1,234.50');
  assert.equal(formatDecimal('999'), '999');
  assert.equal(formatMoney('1000000.00'), 'R$ 1,000,000.00');
  assert.equal(formatMoney(null), null);
});

test('sizes read as people write them', () => {
  assert.equal(formatSize(0), '0 B');
  assert.equal(formatSize(1023), '1023 B');
  assert.equal(formatSize(1536), '1.5 KiB');
  assert.equal(formatSize(5 * 1024 ** 3), '5.0 GiB');
});

test('dollars keep enough digits to tell a price from nothing', () => {
  assert.equal(formatDollars(0.4123), '$0.412');
  assert.equal(formatDollars(0.00042), '$0.00042');
  assert.equal(formatDollars(-12.5, 2), '-$12.50');
  assert.equal(formatDollars(0, 2), '$0.00');
});
