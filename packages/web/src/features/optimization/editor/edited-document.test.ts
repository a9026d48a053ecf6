import { expect, test } from 'vitest';
import { parseFigures } from '../../../lib/exact-json.ts';
import type { Fields } from '../document-tables.ts';
import { documentOf, editDocument, nameOfPath } from './edited-document.ts';
import { faultsIn, holdFaults } from './faults.ts';

const schema = {
  type: 'object',
  required: ['objects', 'parameters'],
  properties: {
    objects: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id'],
        properties: { id: { type: 'integer' }, value: { type: 'number' } },
      },
    },
    seeds: { type: 'array', items: { type: 'integer' } },
    parameters: {
      type: 'object',
      title: 'Parameters',
      required: ['capacity'],
      properties: { capacity: { type: 'number' }, bins: { type: 'array', items: { type: 'number' } } },
    },
  },
};
const edit = (text: string) => editDocument(parseFigures(text) as Fields, schema);

test('a document that nobody changes is written as it came, to the digit', () => {
  const text =
    '{"objects":[{"id":1,"value":1.50,"more":[1.0]},{"id":2}],"parameters":{"capacity":1e2,"bins":[2.0]},"note":"x"}';
  expect(JSON.stringify(documentOf(edit(text)))).toBe(text);
});

test('tables of the schema are there before they have rows, and leave nothing behind when they get none', () => {
  const document = edit('{}');
  expect(document.tables.map(({ path }) => nameOfPath(path))).toEqual([
    'objects',
    'seeds',
    'parameters.bins',
  ]);
  expect(JSON.stringify(documentOf(document))).toBe('{"objects":[]}');
});

test('a list of neither rows nor plain values alone is no table, and is kept', () => {
  const document = edit('{"objects":[{"id":1},5],"parameters":{"capacity":1}}');
  expect(document.tables.map(({ path }) => nameOfPath(path))).not.toContain('objects');
  expect(JSON.stringify(documentOf(document))).toContain('"objects":[{"id":1},5]');
});

test('what is wrong is told with table, row and column, before anything is sent', () => {
  const faults = faultsIn(edit('{"objects":[{"id":1},{"value":"x"}],"seeds":[1,2.5],"parameters":{}}'), []);
  expect(faults.map(({ path, row, rule, problem }) => [path, row, rule?.name, problem])).toEqual([
    ['parameters.capacity', undefined, 'capacity', 'required'],
    ['objects', 1, 'id', 'required'],
    ['objects', 1, 'value', 'number'],
    ['seeds', 1, 'value', 'integer'],
  ]);
});

test('what the server told stays at its row while rows move, until that row is changed', () => {
  const sent = edit('{"objects":[{"id":1},{"id":2}],"parameters":{"capacity":1}}');
  const told = holdFaults(sent, [{ table: 'objects', row: 2, key: 'id', value: '2', message: 'taken' }]);
  const [objects, ...others] = sent.tables;
  const withRows = (rows: readonly Fields[]) => ({
    ...sent,
    tables: objects === undefined ? [] : [{ ...objects, rows }, ...others],
  });
  const [one = {}, two = {}] = objects?.rows ?? [];
  expect(faultsIn(withRows([{ id: 0 }, one, two]), told)).toMatchObject([
    { path: 'objects', row: 2, rule: { name: 'id' }, problem: { told: { message: 'taken' } } },
  ]);
  expect(faultsIn(withRows([one, { id: 3 }]), told)).toEqual([]);
});
