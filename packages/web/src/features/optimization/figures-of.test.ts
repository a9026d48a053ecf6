import { expect, test } from 'vitest';
import { figuresOf } from './figures-of.ts';

test('figures that stand alone are named as the schema does; rows of longer tables are left out', () => {
  const schema = {
    properties: {
      costs: { type: 'array', items: { properties: { total: { title: 'Total' } } } },
      mean: { title: 'Mean' },
    },
  };
  const document = { mean: 2.5, note: 'x', costs: [{ total: 7, day: 'Monday' }], rows: [{ a: 1 }, { a: 2 }] };
  expect(figuresOf(document, schema)).toEqual([
    { path: 'mean', label: 'Mean', value: 2.5 },
    { path: 'costs.total', label: 'Total', value: 7 },
  ]);
  expect(figuresOf(null, undefined)).toEqual([]);
});
