import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocument } from '../optimization/index.ts';
import { DoorError } from './door.ts';
import {
  decimal,
  document,
  flag,
  integer,
  listFields,
  nullable,
  optional,
  readBody,
  readFormFields,
  readQuery,
  required,
  text,
} from './fields.ts';

const body = (json: string) => readDocument(json, { maxBytes: 10_000 });

const refusedWith = (message: string) => (error: unknown) => {
  assert.ok(error instanceof DoorError);
  assert.deepEqual([error.status, error.message], [400, message]);
  return true;
};

const fields = {
  name: required(text),
  number: optional(integer),
  parent: nullable(integer),
  data: optional(document),
};

test('a body answers its values, documents as they were written', () => {
  const values = readBody(body('{"name":"a","number":3,"parent":null,"data":{"x":1.0}}'), fields);
  assert.equal(values.name, 'a');
  assert.equal(values.number, 3);
  assert.equal(values.parent, null);
  assert.equal(values.data?.text, '{"x":1.0}');
  assert.equal(readBody(body('{"name":"a"}'), fields).parent, undefined);
});

test('missing, unknown, null and mistyped fields are told together, as Python prints them', () => {
  assert.throws(
    () => readBody(body('{}'), fields),
    refusedWith("{'json': {'name': ['Missing data for required field.']}}"),
  );
  assert.throws(
    () => readBody(body('{"name":null,"number":"x","parent":true,"it\'s":1}'), fields),
    refusedWith(
      "{'json': {'name': ['Field may not be null.'], 'number': ['Not a valid integer.'], 'parent': ['Not a valid integer.'], \"it's\": ['Unknown field.']}}",
    ),
  );
  assert.throws(
    () => readBody(body('{"name":5}'), fields),
    refusedWith("{'json': {'name': ['Not a valid string.']}}"),
  );
});

test('a body that is no object is refused whole', () => {
  for (const json of ['[]', '"a"', 'null', '5']) {
    assert.throws(
      () => readBody(body(json), fields),
      refusedWith("{'json': {'_schema': ['Invalid input type.']}}"),
    );
  }
});

test('names of Object.prototype are fields like any other', () => {
  assert.throws(
    () => readBody(body('{"name":"a","__proto__":1,"constructor":2}'), fields),
    refusedWith("{'json': {'__proto__': ['Unknown field.'], 'constructor': ['Unknown field.']}}"),
  );
});

test('a query reads numbers, flags and moments, and lets the rest pass', () => {
  const query = new URLSearchParams('limit=0&offset=2&creation_date_gte=2026-11-20T22:12:59.527533&other=1');
  const values = readQuery(query, listFields);
  assert.deepEqual([values.limit, values.offset], [0, 2]);
  assert.deepEqual(values.creation_date_gte, {
    milliseconds: Date.parse('2026-11-20T22:12:59.527Z'),
    microseconds: 533,
  });
  assert.throws(
    () => readQuery(new URLSearchParams('limit=-1&creation_date_lte=2026-11-20'), listFields),
    refusedWith(
      "{'query': {'limit': ['Must be greater than or equal to 0.'], 'creation_date_lte': ['Not a valid datetime.']}}",
    ),
  );
  assert.equal(readQuery(new URLSearchParams('a=True'), { a: optional(flag) }).a, true);
});

test('a form reads text, and infinity is no number', () => {
  assert.equal(readFormFields(new Map([['a', '1.5']]), { a: required(decimal) }).a, 1.5);
  assert.throws(
    () => readFormFields(new Map([['b', 'x']]), { b: required(decimal) }),
    refusedWith("{'form': {'b': ['Not a valid number.']}}"),
  );
  assert.throws(
    () => readBody(body('{"a":Infinity}'), { a: required(decimal) }),
    refusedWith("{'json': {'a': ['Special numeric values (nan or infinity) are not permitted.']}}"),
  );
});
