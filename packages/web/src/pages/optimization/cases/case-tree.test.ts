import { expect, test } from 'vitest';
import { makeCase } from '../../../testing/make-case.ts';
import { caseTree, countBelow, foldersOf, named, type CaseNode } from './case-tree.ts';

const folder = (number: number, name: string, parentId: string | null = null) =>
  makeCase(number, { name, parentId, isFolder: true, dataHash: null });
const year = folder(1, '2026');
const month = folder(2, 'November', year.id);
const cases = [
  makeCase(11, { name: 'plan 10' }),
  makeCase(10, { name: 'plan 9' }),
  year,
  month,
  makeCase(12, { name: 'inner', parentId: month.id }),
];
const names = (nodes: readonly CaseNode[]): unknown[] =>
  nodes.map(({ item, children }) => (children.length === 0 ? item.name : [item.name, names(children)]));

test('folders come first, and names are sorted as people count', () => {
  expect(names(caseTree(cases, 'en'))).toEqual([['2026', [['November', ['inner']]]], 'plan 9', 'plan 10']);
});

test('a name is found in its folders, and a folder that has it is shown whole', () => {
  const found = (text: string) => names(named(caseTree(cases, 'en'), text, 'en'));
  expect(found('PLAN 1')).toEqual(['plan 10']);
  expect(found('inner')).toEqual([['2026', [['November', ['inner']]]]]);
  expect(found(' novem')).toEqual([['2026', [['November', ['inner']]]]]);
  expect(found('nobody')).toEqual([]);
  expect(found(' ')).toHaveLength(3);
});

test('a case whose folder may not be seen is not lost', () => {
  expect(names(caseTree([makeCase(12, { parentId: month.id })], 'en'))).toEqual(['case 12']);
});

test('a folder is offered every folder but itself and what is in it', () => {
  const tree = caseTree(cases, 'en');
  expect(foldersOf(tree).map(({ path }) => path)).toEqual(['2026', '2026 / November']);
  expect(foldersOf(tree, month).map(({ path }) => path)).toEqual(['2026']);
  expect(foldersOf(tree, year)).toEqual([]);
});

test('deleting a folder is said to take all that is in it, however deep', () => {
  expect(caseTree(cases, 'en').map(countBelow)).toEqual([2, 0, 0]);
});
