import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDocument } from './document.ts';
import { pythonPretty } from './python-pretty.ts';
import { PythonLiteral, boundedRepr, pythonRepr } from './python-repr.ts';
import { readPythonValue } from './python-value.ts';
import { assertWithin } from '../../../../test/slowness.ts';

const read = (text: string): unknown => {
  const { tape, root } = readDocument(text, { maxBytes: 1e6 });
  return readPythonValue(tape, root);
};

describe('the repr of a value is the one of Python:', () => {
  it('the error map of a missing field', () => {
    assert.equal(
      pythonRepr({ json: { name: ['Missing data for required field.'] } }),
      "{'json': {'name': ['Missing data for required field.']}}",
    );
  });

  const scalars: readonly (readonly [unknown, string])[] = [
    [null, 'None'],
    [undefined, 'None'],
    [true, 'True'],
    [false, 'False'],
    [1, '1'],
    [-0, '0'],
    [1.5, '1.5'],
    [1e21, '1000000000000000000000'],
    [1e-7, '1e-07'],
    [123456789012345678901n, '123456789012345678901'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [new PythonLiteral('1.0'), '1.0'],
    ['', "''"],
    ["it's", '"it\'s"'],
    ['say "no"', '\'say "no"\''],
    ['it\'s "no"', "'it\\'s \"no\"'"],
    ['a\\b\n\r\t\0\u001f\u007f', "'a\\\\b\\n\\r\\t\\x00\\x1f\\x7f'"],
    ['é日😀', "'é日😀'"],
    ['\u00a0\u00ad\u2028\u{e0001}\ud800', "'\\xa0\\xad\\u2028\\U000e0001\\ud800'"],
    [[], '[]'],
    [{}, '{}'],
    [new Map([['b', 1]]), "{'b': 1}"],
  ];
  for (const [value, expected] of scalars) {
    it(expected, () => assert.equal(pythonRepr(value), expected));
  }

  it('numbers and keys of a document as they were written', () => {
    assert.equal(
      pythonRepr(read('{"10": 1.0, "2": [1e5, 1E-5, 12345678901234567890, -0, NaN, 1e400]}')),
      "{'10': 1.0, '2': [100000.0, 1e-05, 12345678901234567890, 0, nan, inf]}",
    );
  });

  it('cut where it gets long, without walking through the rest', () => {
    const rows = Array.from({ length: 1_000_000 }, () => ({ a: 1 }));
    const started = performance.now();
    assert.equal(boundedRepr(rows, 10), "[{'a': 1}, ...");
    assert.equal(boundedRepr('x'.repeat(1e7), 3), "'xx ...");
    assertWithin(started, 1000);
  });
});

describe('the pretty print of a value is the one of Python:', () => {
  const pretty = (value: unknown): string => pythonPretty(value, { width: 72, limit: 8000 });

  it('on one line what fits', () => {
    const value = { a: 'x'.repeat(60), b: 1 };
    assert.equal(pretty(value), `{'a': '${'x'.repeat(60)}',\n 'b': 1}`);
    assert.equal(pretty({ a: 'x'.repeat(55), b: 1 }), `{'a': '${'x'.repeat(55)}', 'b': 1}`);
  });

  it('long texts word by word', () => {
    const text =
      'a text of several words that is much longer than what is left of the line\nand of two lines';
    assert.equal(
      pretty(text),
      [
        "('a text of several words that is much longer than what is left of the '",
        " 'line\\n'",
        " 'and of two lines')",
      ].join('\n'),
    );
    assert.equal(
      pretty({ key: [text] }),
      [
        "{'key': ['a text of several words that is much longer than what is '",
        "         'left of the line\\n'",
        "         'and of two lines']}",
      ].join('\n'),
    );
  });

  it('cut where it gets too long', () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => ({ index }));
    const text = pretty(rows);
    assert.ok(text.length < 8100 && text.endsWith(' ...'));
  });
});
