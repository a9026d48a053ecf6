import { expect, test } from 'vitest';
import { maskCnpj } from '@dumont/contracts/cnpj';
import { firstDayOfRange, validatePortfolioSearch } from './portfolio-search.ts';
import { returnsOf } from './series.ts';

const day = (date: string, quota: string | null) => ({
  date,
  quota,
  netWorth: '1.00',
  inflow: '0.00',
  outflow: '0.00',
  shareholders: null,
});

test('quota and CDI start together on the first day that has a quota', () => {
  const returns = returnsOf({
    series: [
      day('2026-10-01', null),
      day('2026-10-02', '2.0'),
      day('2026-10-05', null),
      day('2026-10-06', '2.1'),
    ],
    benchmark: [
      { date: '2026-10-01', factor: 1 },
      { date: '2026-10-02', factor: 1.01 },
      { date: '2026-10-05', factor: 1.0201 },
    ],
  });
  expect(returns?.times.length).toBe(3);
  expect(returns?.fund.map((value) => value?.toFixed(4))).toEqual(['0.0000', undefined, '0.0500']);
  expect(returns?.cdi.map((value) => value?.toFixed(4))).toEqual(['0.0000', '0.0100', '0.0100']);
});

test('without two quotas there is no return, without a CDI no line of it', () => {
  expect(returnsOf({ series: [day('2026-10-01', '1')], benchmark: [] })).toBeUndefined();
  const series = [day('2026-10-01', '1'), day('2026-10-02', '1.1')];
  expect(returnsOf({ series, benchmark: [] })?.cdi).toEqual([]);
});

test('an address keeps the fund, even where it was read as a number', () => {
  expect(validatePortfolioSearch({ fund: 17024000153, range: '3m' })).toEqual({
    fund: '00017024000153',
    range: '3m',
  });
  expect(validatePortfolioSearch({ fund: 'x', range: 'week' })).toEqual({});
  expect(maskCnpj('00017024000153')).toBe('00.017.024/0001-53');
  expect(firstDayOfRange('1m', '2026-10-30')).toBe('2026-09-29');
  expect(firstDayOfRange('all', '2026-10-30')).toBeUndefined();
});
