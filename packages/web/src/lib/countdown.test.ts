import { expect, test } from 'vitest';
import { formatCountdown } from './countdown.ts';

test('what is left is a clock, never below nothing', () => {
  expect([130, 59.2, 3725, 0, -4].map(formatCountdown)).toEqual(['2:10', '1:00', '1:02:05', '0:00', '0:00']);
});
