import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readDocument, type JsonDocument } from './document.ts';
import { PatchError, applyPatch, diffDocuments } from './patch.ts';

const read = (text: string, maxBytes = 1e7): JsonDocument => readDocument(text, { maxBytes });
const apply = (text: string, patch: string): string => applyPatch(read(text), read(patch));
const diff = (a: string, b: string): string => diffDocuments(read(a), read(b));

const faultOf = (text: string, patch: string, maxBytes?: number): [string, number | undefined] => {
  try {
    applyPatch(read(text, maxBytes), read(patch));
  } catch (error) {
    if (error instanceof PatchError) return [error.code, error.index];
    throw error;
  }
  return assert.fail('it was applied');
};

describe('the difference of two documents', () => {
  it('turns one into the other, whatever they are', () => {
    const { value } = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom('0', '1', '1.0', '-0', '123456789012345678901', 'null', 'true', '"a"', '"é"', 'NaN'),
        fc.array(tie('value'), { maxLength: 6 }).map((items) => `[${items.join()}]`),
        fc
          .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', '~', '/', '', '0'), tie('value')), {
            selector: ([key]) => key,
          })
          .map((members) => `{${members.map(([key, member]) => `"${key}": ${member}`).join()}}`),
      ),
    }));
    fc.assert(
      fc.property(value, value, (a, b) => {
        assert.equal(read(apply(a, diff(a, b))).hash(), read(b).hash());
        assert.equal(diff(b, b), '[]');
      }),
      { numRuns: 500 },
    );
  });

  it('names the cell that was edited, with its number as it was written', () => {
    assert.equal(
      diff('{"arcs":[{"n":1,"w":2},{"n":2,"w":3}]}', '{"arcs":[{"n":1,"w":2},{"n":2,"w":3.0}]}'),
      '[{"op":"replace","path":"/arcs/1/w","value":3.0}]',
    );
  });

  it('is small where rows were removed, added and edited here and there in a long table', () => {
    const rows = Array.from({ length: 2000 }, (_, index) => `{"id":${index},"w":1}`);
    const after = [...rows];
    after[1500] = '{"id":1500,"w":2}';
    after.splice(1000, 0, '{"id":"new"}');
    after.splice(10, 2);
    assert.equal(
      diff(`[${rows.join()}]`, `[${after.join()}]`),
      '[{"op":"remove","path":"/11"},{"op":"remove","path":"/10"},' +
        '{"op":"add","path":"/998","value":{"id":"new"}},{"op":"replace","path":"/1499/w","value":2}]',
    );
  });

  it('does not see spaces and the order of keys', () => {
    assert.equal(diff('{"a":[1,{"x":1,"y":2}],"b":2}', '{"b": 2, "a": [ 1, {"y":2, "x":1} ]}'), '[]');
  });

  it('is hardly longer than the document that it leads to', () => {
    const rows = (w: number): string =>
      `[${Array.from({ length: 300 }, (_, index) => `{"id":${index},"w":${w + index}}`).join()}]`;
    assert.ok(diff(rows(0), rows(1000)).length < rows(1000).length + 100);
  });

  it('of a hundred thousand rows that all changed needs no deep stack', () => {
    const rows = (w: string): string => `{"t":[${Array.from({ length: 130_000 }, () => w).join()}]}`;
    const big = '{"name":"long enough that cells are replaced","w":1}';
    const patch = diff(rows(big), rows(big.replace('1}', '2}')));
    assert.equal(read(patch).at('/129999/path')?.text, '"/t/129999/w"');
  });
});

describe('a patch', () => {
  const applied: readonly (readonly [string, string, string, string])[] = [
    ['adds a key', '{"a":1}', '[{"op":"add","path":"/b","value":1.0}]', '{"a":1,"b":1.0}'],
    ['adds over a key', '{"a":1,"b":2}', '[{"op":"add","path":"/a","value":3}]', '{"a":3,"b":2}'],
    ['inserts', '[1,2]', '[{"op":"add","path":"/1","value":9}]', '[1,9,2]'],
    ['appends', '[1,2]', '[{"op":"add","path":"/-","value":9}]', '[1,2,9]'],
    ['replaces all', '[1]', '[{"op":"replace","path":"","value":{"a":1e5}}]', '{"a":1e5}'],
    ['removes', '{"a":[1,2,3]}', '[{"op":"remove","path":"/a/1"}]', '{"a":[1,3]}'],
    ['moves', '{"a":[1,{"b":2}]}', '[{"op":"move","from":"/a/1/b","path":"/c"}]', '{"a":[1,{}],"c":2}'],
    [
      'copies what is not changed with its origin',
      '{"a":{"b":1}}',
      '[{"op":"copy","from":"/a","path":"/c"},{"op":"replace","path":"/a/b","value":2},' +
        '{"op":"copy","from":"/a","path":"/d"},{"op":"replace","path":"/a/b","value":3}]',
      '{"a":{"b":3},"c":{"b":1},"d":{"b":2}}',
    ],
    ['decodes its pointers', '{"a/b":{"~1":0}}', '[{"op":"remove","path":"/a~1b/~01"}]', '{"a/b":{}}'],
    ['knows the empty key', '{"":{"":1}}', '[{"op":"replace","path":"//","value":2}]', '{"":{"":2}}'],
    ['tests numbers by their value', '[1.0]', '[{"op":"test","path":"/0","value":1}]', '[1.0]'],
    [
      'tests what it has changed itself',
      '{"a":{"x":1}}',
      '[{"op":"add","path":"/a/y","value":"\\u0061"},{"op":"test","path":"/a","value":{"y":"a","x":1.00}}]',
      '{"a":{"x":1,"y":"\\u0061"}}',
    ],
  ];
  for (const [name, document, patch, expected] of applied) {
    it(name, () => assert.equal(apply(document, patch), expected));
  }

  it('leaves everything as it was written that it does not touch', () => {
    const text = '{"a": [1.00, 123456789012345678901],  "\\u0062": {"c" :NaN}}';
    assert.equal(apply(text, '[]'), text);
    assert.equal(
      apply(text, '[{"op":"remove","path":"/a/0"}]'),
      '{"a":[123456789012345678901],"\\u0062":{"c" :NaN}}',
    );
  });

  const refused: readonly (readonly [string, string, string, string, number | undefined])[] = [
    ['that is no list', '{}', '{}', 'invalid_patch', undefined],
    ['with an operation that is none', '{}', '[1]', 'invalid_patch', 0],
    ['with an unknown operation', '{}', '[{"op":"drop","path":""}]', 'invalid_patch', 0],
    ['without a path', '{}', '[{"op":"remove"}]', 'invalid_patch', 0],
    ['with a path that is no pointer', '{}', '[{"op":"remove","path":"a"}]', 'invalid_patch', 0],
    ['without a value', '{}', '[{"op":"add","path":"/a"}]', 'invalid_patch', 0],
    ['that removes what is not there', '{"a":1}', '[{"op":"remove","path":"/b"}]', 'missing_target', 0],
    [
      'that replaces what is not there',
      '[1]',
      '[{"op":"replace","path":"/1","value":1}]',
      'missing_target',
      0,
    ],
    ['that adds beyond the end', '[1]', '[{"op":"add","path":"/2","value":1}]', 'missing_target', 0],
    ['with an index that starts with 0', '[1,2]', '[{"op":"remove","path":"/01"}]', 'missing_target', 0],
    ['that enters a number', '{"a":1}', '[{"op":"add","path":"/a/b","value":1}]', 'missing_target', 0],
    ['that removes everything', '{"a":1}', '[{"op":"remove","path":""}]', 'invalid_patch', 0],
    ['that moves into itself', '{"a":{}}', '[{"op":"move","from":"/a","path":"/a/b"}]', 'invalid_patch', 0],
    ['whose test fails', '{"a":1}', '[{"op":"test","path":"/a","value":"1"}]', 'test_failed', 0],
    [
      'whose test of long integers fails',
      '[10000000000000000001]',
      '[{"op":"test","path":"/0","value":10000000000000000002}]',
      'test_failed',
      0,
    ],
    [
      'that goes wrong at its end',
      '{"a":1}',
      '[{"op":"replace","path":"/a","value":2},{"op":"remove","path":"/b"}]',
      'missing_target',
      1,
    ],
  ];
  for (const [name, document, patch, code, index] of refused) {
    it(`${name} is refused`, () => assert.deepEqual(faultOf(document, patch), [code, index]));
  }

  it('of a few lines cannot make a document of gigabytes', () => {
    const copies = Array.from({ length: 60 }, () => '{"op":"copy","from":"","path":"/-"}');
    assert.deepEqual(faultOf('["x"]', `[${copies.join()}]`)[0], 'too_long');
    const row = `"${'x'.repeat(1000)}"`;
    const growing = Array.from({ length: 200 }, () => '{"op":"copy","from":"/0","path":"/-"}');
    assert.equal(faultOf(`[${row}]`, `[${growing.join()}]`, 100_000)[0], 'too_long');
  });

  it('of ten thousand operations cannot copy megabytes with each', () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => String(index)).join();
    const operation = '{"op":"replace","path":"/a/0","value":1},{"op":"test","path":"/a","value":[]}';
    const passing = operation.replace(
      '{"op":"test","path":"/a","value":[]}',
      '{"op":"copy","from":"/a","path":"/b"}',
    );
    const patch = `[${Array.from({ length: 10_000 }, () => passing).join()}]`;
    assert.equal(faultOf(`{"a":[${rows}]}`, patch)[0], 'too_costly');
  });

  it('finds its way in time however deep it goes', () => {
    const depth = 150;
    const text = '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
    const path = '/a'.repeat(depth);
    assert.equal(
      apply(text, `[{"op":"replace","path":"${path}","value":2}]`),
      '{"a":'.repeat(depth) + '2' + '}'.repeat(depth),
    );
    assert.equal(faultOf('{}', `[{"op":"add","path":"${'/a'.repeat(300)}","value":1}]`)[0], 'invalid_patch');
  });
});
