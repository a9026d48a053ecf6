import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyone } from '@dumont/contracts/access';
import type { Route } from '@dumont/contracts/route';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { parseInput } from './validate.ts';

const route = (parts: Pick<Route, 'params' | 'query' | 'body'>): Route => ({
  method: 'POST',
  path: '/',
  tag: 'system',
  summary: '',
  access: anyone,
  ...parts,
});

const refused = (definition: Route, raw: Partial<Parameters<typeof parseInput>[1]>): AppError => {
  try {
    parseInput(definition, { params: {}, query: {}, body: undefined, ...raw });
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'request.invalid');
    return error;
  }
  throw new Error('it was taken');
};

const whole = route({
  params: z.strictObject({ id: z.uuid() }),
  query: z.strictObject({ limit: z.coerce.number().max(10).default(5) }),
  body: z.strictObject({ names: z.array(z.strictObject({ first: z.string() })) }),
});

test('all fields of all parts that are wrong are named at once, with the path to each', () => {
  const { issues, params } = refused(whole, {
    params: { id: 'x' },
    query: { limit: '11' },
    body: { names: [{ first: 'a' }, { first: 1 }] },
  });
  assert.deepEqual(
    issues?.map(({ path }) => path),
    ['params.id', 'query.limit', 'body.names.1.first'],
  );
  assert.equal(params['count'], 3);
});

test('what is right comes back parsed, with defaults', () => {
  const params = { id: '01890000-0000-7000-8000-000000000000' };
  assert.deepEqual(parseInput(whole, { params, query: {}, body: { names: [] } }), {
    params,
    query: { limit: 5 },
    body: { names: [] },
  });
});

test('an address without parameters or body takes none', () => {
  const { issues } = refused(route({}), { query: { a: '1', b: '2' }, body: {} });
  assert.deepEqual(
    issues?.map(({ path }) => path),
    ['query.a', 'query.b', 'body'],
  );
});

test('a body with thousands of faults is answered with a bounded list and the whole count', () => {
  const { issues, params } = refused(whole, {
    params: { id: '01890000-0000-7000-8000-000000000000' },
    body: { names: Array.from({ length: 5000 }, () => 1) },
  });
  assert.equal(issues?.length, 50);
  assert.equal(params['count'], 5000);
});

test('a body that is nested without end is refused before any schema walks down it', () => {
  let body: unknown = 1;
  for (let depth = 0; depth < 100_000; depth += 1) body = [body];
  const open = route({ body: z.json() });
  assert.deepEqual(refused(open, { body }).issues, [
    { path: 'body', message: 'is nested more than 64 levels deep' },
  ]);
});

test('of a key that may not be there it is said why', () => {
  const names = z.record(
    z.string().refine((name) => name !== 'no', 'is not a name'),
    z.string(),
  );
  const { issues } = refused(route({ body: z.strictObject({ names }) }), { body: { names: { no: '' } } });
  assert.deepEqual(issues, [{ path: 'body.names.no', message: 'is not a name' }]);
});
