import { expect, test } from 'vitest';
import { ruleOf } from './cells.ts';
import { deleteRow, insertRow, pasteCells, writeCell } from './rows.ts';
import { readCells } from './spreadsheet-text.ts';

const rules = [
  ruleOf('id', { type: 'integer', title: 'Id' }, true),
  ruleOf('value', { type: 'number', title: 'Worth' }, true),
  ruleOf('note', { type: 'string' }, false),
];
const [id, value] = rules as [(typeof rules)[0], (typeof rules)[0]];
const rows = [
  { id: 1, value: 60 },
  { id: 2, value: 5 },
];

test('a cell is written in its own row alone; an empty one takes the value away', () => {
  const next = writeCell(rows, 1, value, '7');
  expect(next).toEqual([rows[0], { id: 2, value: 7 }]);
  expect(next[0]).toBe(rows[0]);
  expect(writeCell(rows, 0, id, '')[0]).toEqual({ value: 60 });
  expect(writeCell(rows, 2, id, '3')[2]).toEqual({ id: 3 });
});

test('rows are inserted and deleted', () => {
  expect(insertRow(rows, 1)).toEqual([rows[0], {}, rows[1]]);
  expect(deleteRow(rows, 0)).toEqual([rows[1]]);
});

test('a spreadsheet is put over the cells from one on, and below the last row it adds some', () => {
  const { rows: next, left } = pasteCells(
    rows,
    rules,
    { row: 1, column: 1 },
    readCells('8\tnew\r\n9\told\tbeyond\r\n'),
  );
  expect(next).toEqual([rows[0], { id: 2, value: 8, note: 'new' }, { value: 9, note: 'old' }]);
  expect(left).toBe(1);
});

test('a header says which columns are meant, by name or label', () => {
  const { rows: next } = pasteCells(rows, rules, { row: 0, column: 0 }, readCells('Worth\tid\n70\t4'));
  expect(next).toEqual([{ id: 4, value: 70 }, rows[1]]);
});

test('cells in quotes hold tabs, line breaks and quotes', () => {
  expect(readCells('a\t"b\tc"\n"say ""hi""\nthere"\t\n')).toEqual([
    ['a', 'b\tc'],
    ['say "hi"\nthere', ''],
  ]);
  expect(readCells('one')).toEqual([['one']]);
  expect(readCells('a\n\nb')).toEqual([['a'], [''], ['b']]);
});
