import { expect, test } from 'vitest';
import { filterFrom, isFiltered, validateRunSearch } from './run-search.ts';

test('an address keeps its filters and its page', () => {
  const search = validateRunSearch({
    state: 'failed,timed_out',
    kind: 'pipeline',
    subject: 'fund-data',
    from: '2025-11-01',
    pages: ['abc', 'def'],
  });
  expect(filterFrom(search, 'project')).toEqual({
    state: 'failed,timed_out',
    kind: 'pipeline',
    subject: 'fund-data',
    from: '2025-11-01',
    cursor: 'def',
    projectId: 'project',
    limit: 50,
  });
});

test('what the server would refuse is dropped', () => {
  expect(
    validateRunSearch({ state: 'burning', kind: 3, subject: '', from: '1/2/2025', to: null, pages: ['a b'] }),
  ).toEqual({});
});

test('the page alone is no filter', () => {
  expect(isFiltered({ pages: ['abc'] })).toBe(false);
  expect(isFiltered({ kind: 'command' })).toBe(true);
});
