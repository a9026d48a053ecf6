import { expect, test } from 'vitest';
import { inWords, schemaAt, titleOf } from './schema-titles.ts';

test('titles and descriptions are told in other words; names, and columns called title, stay', () => {
  const schema = {
    properties: {
      arcs: { title: 'Arcs', items: { properties: { title: { title: 'Name' } }, required: ['title'] } },
    },
  };
  expect(inWords(schema, { Arcs: 'Arcos', title: 'no', arcs: 'no' })).toEqual({
    properties: {
      arcs: { title: 'Arcos', items: { properties: { title: { title: 'Name' } }, required: ['title'] } },
    },
  });
});

test('what has no title is called by its name', () => {
  const schema = { properties: { parameters: { properties: { capacity: { title: 'Capacity.' } } } } };
  expect(titleOf(schemaAt(schema, 'parameters.capacity'), 'capacity')).toBe('Capacity');
  expect(titleOf(schemaAt(schema, 'parameters.other'), 'other')).toBe('other');
});
