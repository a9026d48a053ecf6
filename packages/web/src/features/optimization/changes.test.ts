import { expect, test } from 'vitest';
import { changesOf } from './changes.ts';

const document = {
  parameters: { capacity: 10 },
  arcs: [
    { n1: 0, w: 3 },
    { n1: 1, w: 4 },
    { n1: 2, w: 5 },
  ],
};

test('a change names table, row and key, with what stood there and what stands there now', () => {
  expect(
    changesOf(document, [
      { op: 'replace', path: '/parameters/capacity', value: 12 },
      { op: 'replace', path: '/arcs/1/w', value: 7 },
      { op: 'add', path: '/notes', value: 'x' },
    ]),
  ).toEqual([
    { kind: 'changed', table: 'parameters', row: null, key: 'capacity', before: '10', after: '12' },
    { kind: 'changed', table: 'arcs', row: 2, key: 'w', before: '4', after: '7' },
    { kind: 'added', table: 'notes', row: null, key: '', before: undefined, after: 'x' },
  ]);
});

test('rows are counted as the changes before left them, and the document itself stays as it was', () => {
  const changes = changesOf(document, [
    { op: 'remove', path: '/arcs/0' },
    { op: 'replace', path: '/arcs/0/w', value: 9 },
    { op: 'add', path: '/arcs/-', value: { n1: 9 } },
  ]);
  expect(changes.map(({ kind, row, before, after }) => [kind, row, before, after])).toEqual([
    ['removed', 1, '{"n1":0,"w":3}', undefined],
    ['changed', 1, '4', '9'],
    ['added', 3, undefined, '{"n1":9}'],
  ]);
  expect(document.arcs).toHaveLength(3);
});

test('tables that are replaced as a whole are told row by row, rows with an id by that', () => {
  const before = {
    objects: [
      { id: 1, w: 3 },
      { id: 2, w: 4 },
      { id: 3, w: 5 },
    ],
    seeds: [1, 2],
  };
  const after = {
    objects: [
      { id: 3, w: 5 },
      { id: 2, w: 9 },
      { id: 7, w: 1 },
    ],
    seeds: [1, 3, 4],
  };
  const told = changesOf(before, [{ op: 'replace', path: '', value: after }]);
  expect(told.map(({ kind, table, row, key }) => [kind, table, row, key])).toEqual([
    ['removed', 'objects', 1, ''],
    ['changed', 'objects', 2, 'w'],
    ['added', 'objects', 3, ''],
    ['changed', 'seeds', 2, ''],
    ['added', 'seeds', 3, ''],
  ]);
});

test('where one side has no document, its tables are added or removed, and nobody reads of null', () => {
  const tables = { include: [{ id: 1 }], notes: 'x' };
  const removed = changesOf(tables, [{ op: 'replace', path: '', value: null }]);
  expect(removed).toEqual([
    { kind: 'removed', table: 'include', row: null, key: '', before: '[{"id":1}]', after: undefined },
    { kind: 'removed', table: 'notes', row: null, key: '', before: 'x', after: undefined },
  ]);
  const added = changesOf(null, [{ op: 'replace', path: '', value: tables }]);
  expect(added.map(({ kind, table }) => [kind, table])).toEqual([
    ['added', 'include'],
    ['added', 'notes'],
  ]);
});
