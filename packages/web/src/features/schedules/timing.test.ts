import { expect, test } from 'vitest';
import { cronOf, timingOf } from './timing.ts';

test.each(['30 6 * * *', '0 22 * * 1-5', '5 7 15 * *', '*/5 * * * *', '0 6 1 * 1-5'])(
  '%s survives being edited',
  (cron) => {
    expect(cronOf(timingOf(cron))).toBe(cron);
  },
);

test('usual times are asked by fields', () => {
  expect(timingOf('0 22 * * 1-5')).toMatchObject({ timing: 'weekdays', time: '22:00' });
  expect(timingOf('5 7 15 * *')).toMatchObject({ timing: 'monthly', time: '07:05', dayOfMonth: '15' });
  expect(timingOf('@daily').timing).toBe('custom');
});
