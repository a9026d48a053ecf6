import { expect, test } from 'vitest';
import { problemIn, ruleOf, textIn, valueOf } from './cells.ts';

const integer = ruleOf('n', { type: 'integer', minimum: 1, title: 'Node' }, true);
const number = ruleOf('w', { type: ['number', 'null'] }, false);
const text = ruleOf('name', { type: 'string' }, true);
const choice = ruleOf('kind', { type: 'string', enum: ['strict', 'soft'] }, false);

test('a number is kept as it is typed, also with the comma of a spreadsheet', () => {
  const typed = ['1.50', '12345678901234567890', '0,75', ' 3 '].map((each) => valueOf(number, each));
  expect(JSON.stringify(typed)).toBe('[1.50,12345678901234567890,0.75,3]');
  expect(typed.map(textIn)).toEqual(['1.50', '12345678901234567890', '0.75', '3']);
});

test('what is not understood stays as it was typed, and is named', () => {
  expect(valueOf(integer, 'heavy')).toBe('heavy');
  expect(problemIn(integer, 'heavy')).toBe('number');
  expect(problemIn(integer, valueOf(integer, '1.5'))).toBe('integer');
  expect(problemIn(integer, valueOf(integer, '0'))).toBe('least');
  expect(problemIn(choice, 'loose')).toBe('choice');
  expect(problemIn(text, 5)).toBe('text');
});

test('an empty cell has no value, unless a text is asked for; null is null where it may be', () => {
  expect(valueOf(number, '')).toBeUndefined();
  expect(valueOf(text, '')).toBe('');
  expect(valueOf(number, 'null')).toBeNull();
  expect([problemIn(integer, undefined), problemIn(number, undefined), problemIn(number, null)]).toEqual([
    'required',
    undefined,
    undefined,
  ]);
});

test('lists and objects are typed as JSON', () => {
  const list = ruleOf('coefficients', { type: 'array' }, true);
  expect(JSON.stringify(valueOf(list, '[{"value": 2.0}]'))).toBe('[{"value":2.0}]');
});
