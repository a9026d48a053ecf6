import { expect, test } from 'vitest';
import { cellText, isWithoutRows, viewOf } from './document-tables.ts';

test('tables are read with every column that any row has, and values beside them', () => {
  const { tables, groups } = viewOf({
    parameters: { weight_capacity: 50 },
    objects: [
      { id: 1, value: 60 },
      { id: 2, weight: 3 },
    ],
    name: 'small',
  });
  expect(tables).toEqual([
    {
      name: 'objects',
      columns: ['id', 'value', 'weight'],
      rows: [
        { id: 1, value: 60 },
        { id: 2, weight: 3 },
      ],
    },
  ]);
  expect(groups).toEqual([
    { name: '', values: [['name', 'small']] },
    { name: 'parameters', values: [['weight_capacity', 50]] },
  ]);
});

test('lists of plain values, and documents that are no object, are shown too', () => {
  expect(viewOf({ seeds: [3, 5] }).tables[0]).toMatchObject({
    columns: ['value'],
    rows: [{ value: 3 }, { value: 5 }],
  });
  expect(viewOf([{ a: 1 }]).tables[0]?.name).toBe('');
  expect(viewOf('text').groups).toEqual([{ name: '', values: [['', 'text']] }]);
  expect(viewOf(null)).toEqual({ groups: [], tables: [] });
});

test('a cell shows what is not there, what is null, and what is deeper, each as itself', () => {
  expect([undefined, null, 'a', 0.5, [1, { b: 2 }]].map(cellText)).toEqual([
    undefined,
    'null',
    'a',
    '0.5',
    '[1,{"b":2}]',
  ]);
});

test('checks that found nothing say so in three ways', () => {
  expect([null, {}, { missing_nodes: [] }].map(isWithoutRows)).toEqual([true, true, true]);
  expect([{ missing_nodes: [{ node: 1 }] }, { count: 0 }].map(isWithoutRows)).toEqual([false, false]);
});
