import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDocument, type JsonDocument } from './document.ts';
import { pythonErrors } from './schema/python-errors.fixture.ts';
import { SchemaError, compileSchema, toCornflowText, type SchemaFault } from './validation.ts';
import { assertWithin } from '../../../../test/slowness.ts';

const read = (text: string): JsonDocument => readDocument(text, { maxBytes: 1e8 });

const faultsOf = (schema: unknown, text: string): SchemaFault[] => {
  const document = read(text);
  return compileSchema(schema).validate(document.value(), document);
};

const messagesOf = (schema: unknown, text: string): string[] =>
  faultsOf(schema, text).map(({ message }) => message);

const refusal = (work: () => unknown): SchemaError => {
  try {
    work();
  } catch (error) {
    if (error instanceof SchemaError) return error;
    throw error;
  }
  return assert.fail('it was taken');
};

const table = {
  type: 'object',
  properties: {
    arcs: {
      type: 'array',
      items: {
        type: 'object',
        properties: { n1: { type: 'integer' }, w: { type: 'number', minimum: 0 } },
        required: ['n1', 'w'],
        additionalProperties: false,
      },
    },
    parameters: { type: 'object', properties: { mode: { enum: ['fast', 'exact', 3] } } },
  },
  required: ['arcs'],
};

describe('the text for Cornflow is the one of Python for', () => {
  for (const { name, schema, instance, texts } of pythonErrors) {
    it(name, () => {
      assert.deepEqual(faultsOf(read(schema), instance).map(toCornflowText), texts);
    });
  }
});

describe('a fault', () => {
  it('names table, row, key and value', () => {
    const [fault] = faultsOf(table, '{"arcs":[{"n1":1,"w":1},{"n1":2,"w":"abc"}]}');
    assert.deepEqual(JSON.parse(JSON.stringify(fault)), {
      table: 'arcs',
      row: 2,
      key: 'w',
      path: '/arcs/1/w',
      value: '"abc"',
      rule: 'type',
      params: { limit: 'number', size: '3' },
      message: '"w" in row 2 of table "arcs" must be a number, but is "abc".',
    });
  });

  it('of a missing key names the key, and the path of what lacks it', () => {
    const [fault] = faultsOf(table, '{"arcs":[{"n1":1}]}');
    assert.deepEqual(
      [fault?.table, fault?.row, fault?.key, fault?.path, fault?.value],
      ['arcs', 1, 'w', '/arcs/0', null],
    );
    assert.deepEqual([fault?.rule, fault?.params['keys']], ['required', '"w"']);
  });

  it('tells what other languages need for their sentence, in bounds', () => {
    const names = Array.from({ length: 30 }, (_, at) => `n${at}`);
    const schema = { properties: { size: { minLength: 3 }, kind: { enum: names }, ratio: { maximum: 0.5 } } };
    assert.deepEqual(
      faultsOf(schema, '{"size":"a","kind":"x","ratio":1}').map(({ rule, params }) => [rule, params]),
      [
        ['minLength', { limit: '3', size: '1' }],
        ['enum', { limit: `${names.slice(0, 10).join(', ')}, …`, size: '1' }],
        ['maximum', { limit: '0.5' }],
      ],
    );
  });

  const sentences: readonly (readonly [string, string])[] = [
    ['[]', 'The document must be an object, but is a list of 0 elements.'],
    ['{}', '"arcs" is missing.'],
    ['{"arcs":{"a":1}}', '"arcs" must be a list, but is an object with 1 key.'],
    ['{"arcs":[1]}', 'Row 1 of table "arcs" must be an object, but is 1.'],
    ['{"arcs":[{"n1":1}]}', '"w" in row 1 of table "arcs" is missing.'],
    ['{"arcs":[{"n1":1.5,"w":1}]}', '"n1" in row 1 of table "arcs" must be a whole number, but is 1.5.'],
    ['{"arcs":[{"n1":1,"w":-1}]}', '"w" in row 1 of table "arcs" must be at least 0, but is -1.'],
    [
      '{"arcs":[{"n1":1,"w":1,"z":0,"y":0}]}',
      '"y" in row 1 of table "arcs" is no key that the schema knows, nor is "z".',
    ],
    [
      '{"arcs":[],"parameters":{"mode":"slow"}}',
      '"mode" of "parameters" must be "fast", "exact" or 3, but is "slow".',
    ],
  ];
  for (const [text, message] of sentences) {
    it(`of ${text} says it in a sentence`, () => assert.deepEqual(messagesOf(table, text), [message]));
  }

  it('of a fault deep in a row has the way to it as its key', () => {
    const schema = { items: { properties: { windows: { items: { required: ['from'] } } } } };
    const [fault] = faultsOf(schema, '[{"windows":[{"from":1},{}]}]');
    assert.deepEqual([fault?.table, fault?.row, fault?.key], [null, 1, 'windows[1].from']);
  });

  it('is one of the first hundred, and short, in a document of megabytes', () => {
    const rows = Array.from({ length: 50_000 }, () => '{"n1":"x"}').join();
    const faults = faultsOf(table, `{"arcs":[${rows}]}`);
    assert.equal(faults.length, 100);
    const [fault] = faultsOf({ required: ['other'] }, `{"arcs":[${rows}]}`);
    assert.ok(fault !== undefined && toCornflowText(fault).length < 10_000);
  });
});

describe('a value fits', () => {
  it('where Python says so: NaN is a number, 1.0 a whole one, keywords beside a $ref do not count', () => {
    assert.deepEqual(faultsOf({ type: 'number' }, 'NaN'), []);
    assert.deepEqual(faultsOf({ type: 'integer' }, '1.0'), []);
    assert.deepEqual(faultsOf({ $ref: '#/definitions/a', type: 'null', definitions: { a: {} } }, '1'), []);
    assert.deepEqual(faultsOf({ format: 'date' }, '"no date"'), []);
    assert.deepEqual(
      faultsOf({ enum: [1, 1], id: 'old', $schema: 'http://json-schema.org/schema#' }, '1'),
      [],
    );
  });

  it('not where Python says so: Infinity is no whole number', () => {
    assert.equal(faultsOf({ type: 'integer' }, 'Infinity').length, 1);
    assert.equal(faultsOf({ type: 'integer' }, '1e400').length, 1);
  });

  it('by the dialect that the schema names', () => {
    const tuple = { prefixItems: [{ type: 'string' }], items: false };
    assert.deepEqual(faultsOf(tuple, '[1]').length, 1);
    const dialect = 'https://json-schema.org/draft/2020-12/schema';
    assert.deepEqual(messagesOf({ $schema: dialect, ...tuple }, '["a",1]'), [
      'The document must have at most 1 element, but has 2.',
    ]);
    const unevaluated = { $schema: dialect, properties: { a: {} }, unevaluatedProperties: false };
    assert.deepEqual(faultsOf(unevaluated, '{"a":1}'), []);
    assert.deepEqual(messagesOf(unevaluated, '{"b":1}'), [
      'The document must NOT have unevaluated properties.',
    ]);
  });

  it('a unique list of a hundred thousand rows in time', () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => `{"id":${index}}`);
    assert.deepEqual(faultsOf({ uniqueItems: true }, `[${rows.join()}]`), []);
    assert.equal(faultsOf({ uniqueItems: true }, `[${rows.join()},{"id":0}]`).length, 1);
  });
});

describe('a schema is refused', () => {
  const refused: readonly (readonly [string, unknown])[] = [
    ['that is none', 3],
    ['with a type that is none', { type: 'table' }],
    ['with a keyword of the wrong type', { properties: { a: { required: 'b' } } }],
    ['with a pattern that is none', { pattern: '(' }],
    ['that refers to the network', { $ref: 'http://127.0.0.1:1/schema.json' }],
    ['that refers to a file', { $ref: 'file:///etc/hostname' }],
    ['that refers to nothing', { $ref: '#/definitions/a' }],
  ];
  for (const [name, schema] of refused) {
    it(name, () => assert.equal(refusal(() => compileSchema(schema)).code, 'invalid_schema'));
  }

  it('that is too large, too deep, or has too long a pattern', () => {
    const wide = { enum: Array.from({ length: 60_000 }, (_, index) => index) };
    let deep: object = {};
    for (let depth = 0; depth < 5000; depth += 1) deep = { not: deep };
    for (const schema of [wide, deep, { pattern: 'a'.repeat(3000) }]) {
      assert.equal(refusal(() => compileSchema(schema)).code, 'schema_too_large');
    }
  });

  it('that refers to itself without end', () => {
    const schema = compileSchema({ allOf: [{ $ref: '#' }] });
    assert.equal(refusal(() => schema.validate(1)).code, 'invalid_schema');
  });

  it('whose pattern would take years, in seconds', () => {
    const schema = compileSchema({ pattern: '^(a+)+$' }, { timeoutMs: 200 });
    const started = performance.now();
    assert.equal(refusal(() => schema.validate(`${'a'.repeat(50)}b`)).code, 'too_slow');
    assertWithin(started, 5000);
  });
});
