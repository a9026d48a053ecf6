import { expect, test } from 'vitest';
import {
  validateCaseSearch,
  validateExecutionSearch,
  validateOptimizationSearch,
} from './optimization-search.ts';

test('what an address says wrongly is dropped rather than sent to the server', () => {
  expect(validateOptimizationSearch({ tab: 'x', app: '../a', name: ' ', pages: ['ok_1', 3, 'no!'] })).toEqual(
    {
      tab: undefined,
      app: undefined,
      name: undefined,
      pages: ['ok_1'],
    },
  );
  expect(validateExecutionSearch({ tab: 'data' })).toEqual({ tab: undefined });
  expect(validateCaseSearch({ with: 'x' })).toEqual({ with: undefined });
});

test('an app with a name of compatible clients is kept', () => {
  expect(validateOptimizationSearch({ tab: 'cases', app: 'two-dimension-bin-packing' })).toEqual({
    tab: 'cases',
    app: 'two-dimension-bin-packing',
    name: undefined,
    pages: undefined,
  });
});

test('a name is searched for as far as the server takes it', () => {
  expect(validateOptimizationSearch({ name: 'n'.repeat(300) }).name).toBe('n'.repeat(200));
});
