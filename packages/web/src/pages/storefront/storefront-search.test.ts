import { expect, test } from 'vitest';
import { orderFilterFrom, validateStorefrontSearch } from './storefront-search.ts';

test('what the server would refuse is dropped from the address', () => {
  expect(
    validateStorefrontSearch({
      tab: 'kitchen',
      state: 'burnt',
      from: '2026-13-40',
      to: 'yesterday',
      pages: ['x', 7],
      category: 'Sopa',
      q: '',
    }),
  ).toEqual({});
});

test('the last day of a filter counts whole, in the time zone of whoever looks', () => {
  const { from, to } = orderFilterFrom({ from: '2026-11-21', to: '2026-11-21' });
  expect(new Date(from ?? '').getHours()).toBe(0);
  expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(24 * 3_600_000);
});

test('a page is asked for by the last cursor of the trail', () => {
  const pages = ['01980000-0000-7000-8000-000000000001', '01980000-0000-7000-8000-000000000002'];
  expect(orderFilterFrom({ pages }).cursor).toBe(pages[1]);
});
