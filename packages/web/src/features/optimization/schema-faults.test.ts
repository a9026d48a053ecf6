import { ApiError } from '@dumont/contracts/client';
import { expect, test } from 'vitest';
import { schemaFaults } from './schema-faults.ts';

const refusal = (code: string, ...errors: { path: string; message: string }[]) =>
  new ApiError(422, {
    type: 'about:blank',
    title: code,
    status: 422,
    detail: code,
    code,
    requestId: 'r',
    errors,
  });

test('a fault names table, row, key and what stands there', () => {
  const document = { arcs: [{ n1: 0 }, { n1: 'x', 'a/b': { c: [1] } }], parameters: { capacity: -1 } };
  const error = refusal(
    'optimization.schema',
    { path: 'instance/arcs/1/n1', message: 'must be integer' },
    { path: 'instance/arcs/0', message: "must have 'n2'" },
    { path: 'instance/parameters/capacity', message: 'must be >= 0' },
    { path: 'instance/arcs/1/a~1b/c', message: 'must be string' },
    { path: 'instance', message: "must have 'depots'" },
  );
  expect(schemaFaults(error, document)).toEqual([
    { table: 'arcs', row: 2, key: 'n1', value: 'x', message: 'must be integer' },
    { table: 'arcs', row: 1, key: '', value: '{"n1":0}', message: "must have 'n2'" },
    { table: 'parameters', row: null, key: 'capacity', value: '-1', message: 'must be >= 0' },
    { table: 'arcs', row: 2, key: 'a/b.c', value: '[1]', message: 'must be string' },
    { table: '', row: null, key: '', value: JSON.stringify(document), message: "must have 'depots'" },
  ]);
});

test('an error of another kind is not taken for one of the schema', () => {
  expect(schemaFaults(refusal('optimization.document'), {})).toBeUndefined();
  expect(schemaFaults(new Error('no'), {})).toBeUndefined();
});
