import { expect, test } from 'vitest';
import { makeRun } from '../testing/make-run.ts';
import { QueryClient } from '@tanstack/react-query';
import { applyRun, pageWithRun } from './apply-run.ts';
import { runQueries } from './runs.ts';

const page = (...numbers: number[]) => ({
  items: numbers.map((number) => makeRun(number)),
  nextCursor: null,
});
const numbers = (items: readonly { number: number }[]) => items.map((item) => item.number);

test('a run that is shown is replaced where it stands', () => {
  const next = pageWithRun(page(3, 2, 1), makeRun(2, { state: 'failed' }), {});
  expect(next.items[1]?.state).toBe('failed');
  expect(numbers(next.items)).toEqual([3, 2, 1]);
});

test('a new run comes first on the first page, which keeps its length', () => {
  const next = pageWithRun(page(3, 2, 1), makeRun(4), { limit: 3 });
  expect(numbers(next.items)).toEqual([4, 3, 2]);
});

test('a run that no longer matches the filter leaves', () => {
  const next = pageWithRun(page(3, 2), makeRun(3, { state: 'failed' }), { state: 'queued,running' });
  expect(numbers(next.items)).toEqual([2]);
});

test.each([
  ['on a later page', { cursor: 'abc' }],
  ['of another project', { projectId: '0192f0c0-0000-7000-8000-00000000bbbb' }],
  ['of another pipeline', { subject: 'other' }],
  ['in a period, which only the server can judge', { from: '2025-01-01' }],
])('a new run does not appear in a list %s', (_, filter) => {
  const before = page(3, 2);
  expect(pageWithRun(before, makeRun(4), filter)).toBe(before);
});

test('an old run that changes is not taken for a new one', () => {
  const before = page(30, 29);
  expect(pageWithRun(before, makeRun(7), {})).toBe(before);
});

test('an event without its long parameters leaves those that were read where they are', () => {
  const client = new QueryClient();
  const { queryKey } = runQueries.detail(makeRun(5).id);
  const event = makeRun(5, { state: 'failed', params: {}, paramsTruncated: true });
  applyRun(client, event);
  expect(client.getQueryData(queryKey)).toBeUndefined();
  client.setQueryData(queryKey, makeRun(5, { params: { long: 'text' } }));
  applyRun(client, event);
  expect(client.getQueryData(queryKey)).toMatchObject({ state: 'failed', params: { long: 'text' } });
  expect(client.getQueryData(queryKey)).not.toHaveProperty('paramsTruncated');
});
