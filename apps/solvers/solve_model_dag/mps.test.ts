import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PulpModel } from './dictionary.ts';
import { parseMps } from './mps.ts';

const variable = (model: PulpModel, name: string) => {
  const found = model.variables.find((one) => one.name === name);
  return [found?.lowBound, found?.upBound, found?.cat];
};

const row = (model: PulpModel, name: string) => {
  const found = model.constraints.find((one) => one.name === name);
  const terms = found?.coefficients.map(({ name, value }) => [name, value]);
  return [found?.sense, found?.constant, terms];
};

/** The example of CPLEX's reference of the format (Integer Variables in MPS Files): the best is 122.5. */
const mixed = `NAME          mixed
ROWS
 N  obj
 L  c1
 L  c2
 E  c3
COLUMNS
    x1        obj                 -1   c1                  -1
    x1        c2                   1
    x2        obj                 -2   c1                   1
    x2        c2                  -3   c3                   1
    x3        obj                 -3   c1                   1
    x3        c2                   1
    MARK0000  'MARKER'                 'INTORG'
    x4        obj                 -1   c1                  10
    x4        c3                -3.5
    MARK0001  'MARKER'                 'INTEND'
RHS
    rhs       c1                  20   c2                  30
BOUNDS
 UP BOUND     x1                  40
 LO BOUND     x4                   2
 UP BOUND     x4                   3
ENDATA
`;

test('rows, columns, right sides, bounds and integer markers stand in the dictionary with the signs of PuLP', () => {
  const model = parseMps(mixed);
  assert.equal(model.parameters.name, 'mixed');
  assert.equal(model.parameters.sense, 1);
  assert.deepEqual(model.objective.coefficients, [
    { name: 'x1', value: -1 },
    { name: 'x2', value: -2 },
    { name: 'x3', value: -3 },
    { name: 'x4', value: -1 },
  ]);
  const terms = [
    ['x1', -1],
    ['x2', 1],
    ['x3', 1],
    ['x4', 10],
  ];
  assert.deepEqual(row(model, 'c1'), [-1, -20, terms]);
  assert.deepEqual(row(model, 'c3'), [
    0,
    0,
    [
      ['x2', 1],
      ['x4', -3.5],
    ],
  ]);
  assert.deepEqual(variable(model, 'x1'), [0, 40, 'Continuous']);
  assert.deepEqual(variable(model, 'x2'), [0, null, 'Continuous']);
  assert.deepEqual(variable(model, 'x4'), [2, 3, 'Integer']);
});

test('names with blanks are read by the columns of the fixed form', () => {
  const model = parseMps(`NAME          blanks
ROWS
 N  total co
 G  row one
COLUMNS
    col one   total co           1.0   row one            2.0
    M1        'MARKER'                 'INTORG'
    col two   total co         1.5D1
    M2        'MARKER'                 'INTEND'
RHS
    right     row one            4.0
BOUNDS
 UP bound     col two            3.0
ENDATA`);
  assert.deepEqual(row(model, 'row one'), [1, -4, [['col one', 2]]]);
  assert.deepEqual(variable(model, 'col two'), [0, 3, 'Integer']);
  assert.equal(model.objective.coefficients[1]?.value, 15);
});

/** `text` in the place of RANGES, RHS or BOUNDS of a model with a row of each type and five columns. */
const small = (text: string, head = ''): PulpModel =>
  parseMps(`NAME t
${head}ROWS
 N cost
 N spare
 L less
 G more
 E same
COLUMNS
 a cost 1 less 1
 a more 1 same 1
 a spare 7
 M 'MARKER' 'INTORG'
 i cost 1 less 1
 j cost 1
 M 'MARKER' 'INTEND'
 b cost 1
 c cost 1
${text}
ENDATA`);

test('a range moves the other side: down of L, up of G, and of E where its sign says', () => {
  const rhs = 'RHS\n rhs less 10 more 2\n rhs same 5\n';
  const up = small(`${rhs}RANGES\n r less 4 more 3\n r same 2`);
  assert.deepEqual(
    ['less', 'less_upper', 'more', 'more_upper', 'same', 'same_upper'].map((name) =>
      row(up, name).slice(0, 2),
    ),
    [
      [1, -6],
      [-1, -10],
      [1, -2],
      [-1, -5],
      [1, -5],
      [-1, -7],
    ],
  );
  const down = small(`${rhs}RANGES\n r same -2`);
  assert.deepEqual(row(down, 'same').slice(0, 2), [1, -3]);
  assert.deepEqual(row(down, 'same_upper').slice(0, 2), [-1, -5]);
});

test('every type of bound is read, with and without the name of its set', () => {
  const model = small('BOUNDS\n FR set a\n LI set i 2\n UP b -3\n FX set c 1.5\n BV j');
  assert.deepEqual(variable(model, 'a'), [null, null, 'Continuous']);
  assert.deepEqual(variable(model, 'i'), [2, null, 'Integer']);
  assert.deepEqual(
    variable(model, 'b'),
    [null, -3, 'Continuous'],
    'a negative upper bound alone frees the lower one',
  );
  assert.deepEqual(variable(model, 'c'), [1.5, 1.5, 'Continuous']);
  assert.deepEqual(variable(model, 'j'), [0, 1, 'Integer']);
  const other = small('BOUNDS\n MI s a\n UP s a 4\n UI s b 9\n PL s i\n LO s c -2\n UP s c -1\n UP s j 1e30');
  assert.deepEqual(variable(other, 'a'), [null, 4, 'Continuous']);
  assert.deepEqual(variable(other, 'b'), [0, 9, 'Integer']);
  assert.deepEqual(variable(other, 'i'), [0, null, 'Integer']);
  assert.deepEqual(variable(other, 'c'), [-2, -1, 'Continuous']);
  assert.deepEqual(variable(other, 'j'), [0, null, 'Integer'], '1e30 is infinity');
});

test('an integer column between markers without bounds is binary', () => {
  assert.deepEqual(variable(small(''), 'i'), [0, 1, 'Integer']);
});

test('the sense comes from the file, else from the caller; the right side of the objective counts against it', () => {
  assert.equal(small('', 'OBJSENSE\n    MAX\n').parameters.sense, -1);
  assert.equal(small('', 'OBJSENSE MAXIMIZE\n').parameters.sense, -1);
  assert.equal(parseMps(mixed, { minimize: false }).parameters.sense, -1);
  assert.equal(small('RHS\n rhs cost -8').objective.constant, 8);
  assert.deepEqual(small('', 'OBJNAME\n spare\n').objective.coefficients, [{ name: 'a', value: 7 }]);
});

test('only the first set of right sides and bounds counts', () => {
  const model = small('RHS\n one less 10\n two less 99\nBOUNDS\n UP one a 5\n UP two a 6');
  assert.deepEqual(row(model, 'less').slice(0, 2), [-1, -10]);
  assert.deepEqual(variable(model, 'a'), [0, 5, 'Continuous']);
});

test('special ordered sets are read', () => {
  const model = small('SOS\n S1 SOS SOS1\n    SOS a 1\n    SOS b 2\n S2 SOS SOS2\n    a 1\n    c 3');
  assert.deepEqual(model.sos1, [{ a: 1, b: 2 }]);
  assert.deepEqual(model.sos2, [{ a: 1, c: 3 }]);
});

test('what cannot be read is refused with the line and the reason', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['QUADOBJ\n a a 1', /Line 18: section QUADOBJ cannot be read/],
    ['BOUNDS\n SC b a 4', /Line 19: a semi-continuous variable/],
    ['BOUNDS\n UP b nobody 4', /Line 19: column nobody is unknown/],
    ['BOUNDS\n UP b a much', /Line 19: much is no number/],
    ['RHS\n rhs nowhere 4', /Line 19: row nowhere is unknown/],
  ];
  for (const [text, message] of refused) assert.throws(() => small(text), message);
  assert.throws(() => parseMps('this is no model'), /Line 1: section this cannot be read/);
  assert.throws(() => parseMps('NAME\nROWS\n N c\n'), /ends without ENDATA/);
  assert.throws(() => parseMps(''), /ends without ENDATA/);
});

test('lines may end as on Windows', () => {
  assert.deepEqual(parseMps(mixed.replaceAll('\n', '\r\n')), parseMps(mixed));
});
