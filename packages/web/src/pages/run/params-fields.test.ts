import { expect, test } from 'vitest';
import { fieldProblem, fieldsOf, paramsFrom } from './params-fields.ts';

test('parameters of every kind come back as they were', () => {
  const params = {
    sistemas: ['cvm_diario', 'cvm_cda'],
    data_inicial: '18/11/2025',
    limite: 500,
    limpar: false,
    opcoes: { cvm_diario: { pdf: true } },
    mistura: [1, 'dois'],
    vazio: null,
  };
  expect(paramsFrom(fieldsOf(params))).toEqual(params);
});

test('a list is edited one item per line, empty lines do not count', () => {
  const [field] = fieldsOf({ sistemas: ['a', 'b'] });
  expect(field?.text).toBe('a\nb');
  expect(paramsFrom([{ name: 'sistemas', kind: 'list', text: ' a \n\nc\n', flag: false }])).toEqual({
    sistemas: ['a', 'c'],
  });
});

test('items that hold line breaks are edited as JSON, so that none is split', () => {
  expect(fieldsOf({ texts: ['one\ntwo'] })[0]?.kind).toBe('json');
});

test('what cannot be read back is named', () => {
  expect(fieldProblem({ kind: 'number', text: 'many' })).toBe('number');
  expect(fieldProblem({ kind: 'number', text: ' ' })).toBe('number');
  expect(fieldProblem({ kind: 'json', text: '{' })).toBe('json');
  expect(fieldProblem({ kind: 'number', text: '1.5' })).toBeUndefined();
});
