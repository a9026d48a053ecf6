import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveDates } from './period.ts';

const both = ['data_inicial', 'data_final'];
/** Monday in São Paulo, Tuesday already in UTC. */
const monday = new Date('2026-03-03T01:30:00Z');

const codeOf = (given: Readonly<Record<string, unknown>>): string => {
  try {
    resolveDates(both, given, monday);
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('without dates it is the last business day before today in São Paulo', () => {
  assert.deepEqual(resolveDates(both, {}, monday), { data_inicial: '27/02/2026', data_final: '27/02/2026' });
});

test('one end alone is never reversed by the default of the other', () => {
  const open = (given: Readonly<Record<string, unknown>>) => Object.values(resolveDates(both, given, monday));
  assert.deepEqual(open({ data_inicial: '02/01/2026' }), ['02/01/2026', '27/02/2026']);
  assert.deepEqual(open({ data_inicial: '02/03/2026' }), ['02/03/2026', '02/03/2026']);
  assert.deepEqual(open({ data_final: '02/01/2026' }), ['02/01/2026', '02/01/2026']);
  assert.deepEqual(open({ data_final: '02/03/2026' }), ['27/02/2026', '02/03/2026']);
});

test('a date that does not exist, a reversed period and the future each have their code', () => {
  assert.equal(codeOf({ data_inicial: '29/02/2026' }), 'period.invalid');
  assert.equal(codeOf({ data_final: '2026-02-27' }), 'period.invalid');
  assert.equal(codeOf({ data_final: 20_260_227 }), 'period.invalid');
  assert.equal(codeOf({ data_inicial: '27/02/2026', data_final: '26/02/2026' }), 'period.reversed');
  assert.equal(codeOf({ data_inicial: '03/03/2026' }), 'period.future');
  assert.equal(codeOf({ data_inicial: '02/03/2026', data_final: '31/12/2026' }), 'ok');
});

test('a pipeline with one date of its own gets that one', () => {
  assert.deepEqual(resolveDates(['data_base'], {}, monday), { data_base: '27/02/2026' });
  assert.deepEqual(resolveDates([], {}, monday), {});
});
