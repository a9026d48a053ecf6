import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DocumentError, readDocument, type DocumentLimits, type JsonDocument } from './document.ts';
import { assertWithin } from '../../../../test/slowness.ts';

const read = (text: string | Uint8Array, limits: Partial<DocumentLimits> = {}): JsonDocument =>
  readDocument(text, { maxBytes: 1e8, ...limits });

const faultOf = (text: string | Uint8Array, limits: Partial<DocumentLimits> = {}): DocumentError => {
  try {
    read(text, limits);
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
  return assert.fail('it was read');
};

/** A text, and what Python 3.11 makes of it: `json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))`. */
const vectors: readonly (readonly [string, string])[] = [
  ['null', 'null'],
  ['true', 'true'],
  ['0', '0'],
  ['-0', '0'],
  ['-0.0', '-0.0'],
  ['1.0', '1.0'],
  ['1.50', '1.5'],
  ['1e5', '100000.0'],
  ['1E+5', '100000.0'],
  ['1e-5', '1e-05'],
  ['0.0001', '0.0001'],
  ['0.00001', '1e-05'],
  ['1e15', '1000000000000000.0'],
  ['1e16', '1e+16'],
  ['123456789012345680.0', '1.2345678901234568e+17'],
  ['12345678901234567.0', '1.2345678901234568e+16'],
  ['1e22', '1e+22'],
  ['1e400', 'Infinity'],
  ['-1e400', '-Infinity'],
  ['1e-400', '0.0'],
  ['5e-324', '5e-324'],
  ['0.1', '0.1'],
  ['0.30000000000000004', '0.30000000000000004'],
  ['9007199254740993', '9007199254740993'],
  ['123456789012345678901234567890', '123456789012345678901234567890'],
  ['-5', '-5'],
  ['100.0', '100.0'],
  ['0.1e1', '1.0'],
  ['NaN', 'NaN'],
  ['[NaN,Infinity,-Infinity]', '[NaN,Infinity,-Infinity]'],
  ['""', '""'],
  ['"a\\/b"', '"a/b"'],
  ['"\\u00e9é"', '"\\u00e9\\u00e9"'],
  ['"\\ud83d\\ude00😀"', '"\\ud83d\\ude00\\ud83d\\ude00"'],
  ['"\\ud800"', '"\\ud800"'],
  ['"\u007f"', '"\\u007f"'],
  ['"\\"\\\\\\b\\f\\n\\r\\t\\u0001"', '"\\"\\\\\\b\\f\\n\\r\\t\\u0001"'],
  ['"\\u2028\u2028"', '"\\u2028\\u2028"'],
  ['[]', '[]'],
  ['{}', '{}'],
  [' [ 1 , 2.0 ,\n"x"]\t', '[1,2.0,"x"]'],
  ['{"b":1,"a":2}', '{"a":2,"b":1}'],
  ['{"\u{10000}":1,"\uffff":2,"\ue000":3}', '{"\\ue000":3,"\\uffff":2,"\\ud800\\udc00":1}'],
  ['{"\\ud800\\ue000":1,"\\ud800\\udc00":2}', '{"\\ud800\\ue000":1,"\\ud800\\udc00":2}'],
  ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
  ['{"\\u0061":1,"a":2}', '{"a":2}'],
  ['{"":0," ":1,"A":2,"a":3,"é":4}', '{"":0," ":1,"A":2,"a":3,"\\u00e9":4}'],
  ['[{"b":1,"a":2},{"b":3,"a":4},{"a":5}]', '[{"a":2,"b":1},{"a":4,"b":3},{"a":5}]'],
  ['{"b":{"d":1,"c":[{"f":1,"e":2}]},"a":null}', '{"a":null,"b":{"c":[{"e":2,"f":1}],"d":1}}'],
  ['{"__proto__":1}', '{"__proto__":1}'],
];

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the hash of a document', () => {
  it('is the one of Cornflow for null', () => {
    assert.equal(read('null').hash(), '74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b');
  });

  for (const [text, canonical] of vectors) {
    it(`of ${text} is of ${canonical}, as Python writes it`, () => {
      assert.equal(read(text).hash(), sha256(canonical));
    });
  }

  it('does not change with spaces and the order of keys', () => {
    const shuffled = fc
      .dictionary(fc.string(), fc.jsonValue())
      .map((value) => [value, Object.fromEntries(Object.entries(value).toReversed())]);
    fc.assert(
      fc.property(shuffled, ([a, b]) => {
        assert.equal(read(JSON.stringify(a)).hash(), read(JSON.stringify(b, null, 2)).hash());
      }),
    );
  });

  it('is right where lexemes reach over the ends of its chunks', () => {
    for (const length of [65_530, 65_534, 65_536, 70_000, 200_000]) {
      const long = 'x'.repeat(length);
      assert.equal(read(`["${long}",1,"é"]`).hash(), sha256(`["${long}",1,"\\u00e9"]`));
    }
  });
});

describe('a document', () => {
  it('has the values that JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, null, 1);
        assert.deepEqual(read(text).value(), JSON.parse(text));
        // NaN leads another way through the text.
        assert.deepEqual(read(`[NaN,${text}]`).value(), [Number.NaN, JSON.parse(text)]);
      }),
    );
  });

  it('keeps its text as it was given', () => {
    const text = ' {"b": 1.00, "a": 123456789012345678901234567890, "a": [ NaN ]}\n';
    assert.equal(read(text).text, text);
    assert.equal(read(Buffer.from(text)).text, text);
  });

  it('takes the last of equal keys', () => {
    assert.deepEqual(read('{"a":1,"b":2,"a":3}').value(), { a: 3, b: 2 });
    assert.equal(read('{"a":1,"a":3}').at('/a')?.text, '3');
  });

  it('gives a part of itself by a pointer, with its own text and hash', () => {
    const document = read('{"a/b":[{"x": 1.0}], "~":NaN}');
    assert.equal(document.at('/a~1b/0')?.text, '{"x": 1.0}');
    assert.equal(document.at('/a~1b/0')?.hash(), sha256('{"x":1.0}'));
    assert.deepEqual(document.at('/~0')?.value(), Number.NaN);
    for (const pointer of ['/b', '/a~1b/1', '/a~1b/00', '/a~1b/-', 'a', '/a~1b/0/x/y']) {
      assert.equal(document.at(pointer), undefined);
    }
  });

  it('has a key __proto__ like any other', () => {
    const value = read('{"__proto__":{"a":1},"b":NaN}').value() as object;
    assert.deepEqual(Object.keys(value), ['__proto__', 'b']);
    assert.equal((value as { a?: unknown }).a, undefined);
  });

  it('is read without the mark of its encoding', () => {
    assert.equal(read(Buffer.from('\uFEFF[1]')).text, '[1]');
  });
});

describe('what is no document is refused at its place:', () => {
  const cases: readonly (readonly [string, string, number, number])[] = [
    ['', 'The document ends where a value should be', 1, 1],
    [' \n ', 'The document ends where a value should be', 2, 2],
    ['{"a":1,}', 'A key should follow the comma', 1, 8],
    ['[1,]', 'A value should follow the comma', 1, 4],
    ['[1 2]', 'A comma or ] should be here', 1, 4],
    ['{"a" 1}', 'A colon should be here', 1, 6],
    ['{a:1}', 'A key in double quotes should be here', 1, 2],
    ["['a']", 'A value should be here', 1, 2],
    ['[1]x', 'Something follows the end of the document', 1, 4],
    ['{"a":\n  "é", "b": tru}', 'A value should be here', 2, 13],
    ['"a', 'A string does not end', 1, 1],
    ['"a\nb"', 'A control character in a string must be escaped', 1, 3],
    ['"\\x"', 'A backslash in a string starts no escape of JSON', 1, 2],
    ['"\\u12g4"', '\\u takes four hexadecimal digits', 1, 2],
    ['01', 'A number does not start with 0', 1, 1],
    ['[1.]', 'A number lacks a digit', 1, 4],
    ['-', 'A number lacks a digit', 1, 2],
    ['1e', 'A number lacks a digit', 1, 3],
    ['+1', 'A value should be here', 1, 1],
    ['-NaN', 'A number lacks a digit', 1, 2],
    ['nan', 'A value should be here', 1, 1],
    ['\uFEFF1', 'A value should be here', 1, 1],
  ];
  for (const [text, message, line, column] of cases) {
    it(JSON.stringify(text), () => {
      const fault = faultOf(text);
      assert.deepEqual(
        { code: fault.code, message: fault.message, line: fault.line, column: fault.column },
        { code: 'invalid_json', message, line, column },
      );
    });
  }

  it('NaN and Infinity, where the caller is strict', () => {
    for (const text of ['[1,\nNaN]', '[1,\nInfinity]', '[1,\n-Infinity]']) {
      const { code, line, column } = faultOf(text, { strict: true });
      assert.deepEqual({ code, line, column }, { code: 'not_a_number', line: 2, column: 1 });
      assert.equal(read(text).text, text);
    }
  });

  it('bytes that are not UTF-8', () => {
    for (const before of ['[\n"é', `["${'é😀'.repeat(100_000)}\n`]) {
      const { code, line, column } = faultOf(Buffer.concat([Buffer.from(before), Buffer.from([0xc3, 0x28])]));
      assert.deepEqual([code, line], ['invalid_utf8', 2]);
      assert.equal(column, before.startsWith('[\n') ? 3 : 1);
    }
    assert.equal(faultOf(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])).column, 2);
    assert.equal(faultOf('"a\ud800"').code, 'invalid_utf8');
  });

  it('a nesting of 1,000 and of a million, without an overflow of the stack', () => {
    for (const depth of [201, 1000, 1_000_000]) {
      assert.equal(faultOf('['.repeat(depth)).code, 'too_deep');
      assert.equal(faultOf('{"a":'.repeat(depth)).code, 'too_deep');
    }
    assert.equal(faultOf('['.repeat(1_000_000), { maxDepth: 1_000_000 }).code, 'too_deep');
    const deep = '['.repeat(200) + ']'.repeat(200);
    assert.equal(read(deep).hash(), sha256(deep));
  });

  it('more bytes than are allowed', () => {
    assert.equal(faultOf('"é"', { maxBytes: 3 }).code, 'too_long');
    assert.equal(read('"é"', { maxBytes: 4 }).text, '"é"');
  });
});

it('ten megabytes are read, hashed and made values of within seconds, however busy the host', () => {
  const row = (n: number): string =>
    `{"n1":${n % 977},"n2":${n % 1013},"w":${(n % 1000) / 8},"name":"city ${n}"}`;
  const text = `{"arcs":[${Array.from({ length: 200_000 }, (_, n) => row(n)).join(',')}]}`;
  const started = performance.now();
  const document = read(Buffer.from(text));
  document.hash();
  document.value();
  assertWithin(started, 3000);
});
