import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PulpModel } from './dictionary.ts';
import { parseLp } from './lp.ts';

const bounds = (model: PulpModel) =>
  Object.fromEntries(
    model.variables.map(({ name, lowBound, upBound, cat }) => [name, [lowBound, upBound, cat]] as const),
  );

const rows = (model: PulpModel) =>
  model.constraints.map(({ name, sense, constant, coefficients }) => [
    name,
    sense,
    constant,
    Object.fromEntries(coefficients.map(({ name, value }) => [name, value])),
  ]);

test('the model of the format of CPLEX is read, with bounds, integers and a row of two sides', () => {
  const model = parseLp(`\\ Problem name: mixed
Maximize
 obj: x1 + 2 x2 + 3 x3 + x4 + 5
Subject To
 c1: - x1 + x2 + x3 + 10 x4 <= 20
 c2: x1 - 3 x2 + x3 <= 30
 c3: x2 - 3.5 x4 = 0
 c4: 2 <= x1 + x2 <= 1e2
Bounds
 x1 <= 40
 2 <= x4 <= 3
 x2 free
 -inf <= x3 <= 7
General
 x4
End
`);
  assert.equal(model.parameters.sense, -1);
  assert.equal(model.objective.constant, 5);
  assert.deepEqual(
    model.objective.coefficients.map(({ value }) => value),
    [1, 2, 3, 1],
  );
  assert.deepEqual(rows(model), [
    ['c1', -1, -20, { x1: -1, x2: 1, x3: 1, x4: 10 }],
    ['c2', -1, -30, { x1: 1, x2: -3, x3: 1 }],
    ['c3', 0, 0, { x2: 1, x4: -3.5 }],
    ['c4', 1, -2, { x1: 1, x2: 1 }],
    ['c4_upper', -1, -100, { x1: 1, x2: 1 }],
  ]);
  assert.deepEqual(bounds(model), {
    x1: [0, 40, 'Continuous'],
    x2: [null, null, 'Continuous'],
    x3: [null, 7, 'Continuous'],
    x4: [2, 3, 'Integer'],
  });
});

test('rows over several lines and without names, repeated and signed terms, and senses in any order are read', () => {
  const model = parseLp(`min
 3x + y
 - x
st
 x
 + y => 2
 - - x - y =< 4
 4 >= x
   >= 1
end`);
  assert.deepEqual(model.objective.coefficients, [
    { name: 'x', value: 2 },
    { name: 'y', value: 1 },
  ]);
  assert.deepEqual(rows(model), [
    ['R1', 1, -2, { x: 1, y: 1 }],
    ['R2', -1, -4, { x: 1, y: -1 }],
    ['R3', 1, -1, { x: 1 }],
    ['R3_upper', -1, -4, { x: 1 }],
  ]);
});

test('a binary variable keeps a bound that was set within 0 and 1', () => {
  const model = parseLp('min x + y\nst\nx + y >= 1\nbounds\ny = 1\nbinary\nx\ny\nend');
  assert.deepEqual(bounds(model), { x: [0, 1, 'Integer'], y: [1, 1, 'Integer'] });
});

test('words that open a section are names before a colon', () => {
  const model = parseLp('minimize\nobj: x\nsubject to\nbounds: x >= 1\nst: x <= 4\nend');
  assert.deepEqual(
    rows(model).map(([name]) => name),
    ['bounds', 'st'],
  );
});

test('names hold the signs that PuLP and others write', () => {
  const model = parseLp('min x_(1,2) + y[3] + z.a\nst\nc!1: x_(1,2) + y[3] >= 1\nend');
  assert.deepEqual(
    model.variables.map(({ name }) => name),
    ['x_(1,2)', 'y[3]', 'z.a'],
  );
});

test('special ordered sets are read', () => {
  const model = parseLp('min x\nst\nx + y + z >= 1\nsos\ns1: S1:: x:1 y:2\ns2: S2:: x:1 y:2 z:3\nend');
  assert.deepEqual(model.sos1, [{ x: 1, y: 2 }]);
  assert.deepEqual(model.sos2, [{ x: 1, y: 2, z: 3 }]);
});

test('what cannot be read is refused with the line and the reason', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /Line 1: the file does not begin with an objective/],
    ['min x + [ x ^ 2 ] / 2\nst\nx >= 1\nend', /Line 1: quadratic terms/],
    ['min x\nst\nx + 2 >= y\nend', /Line 3: y where a number should stand/],
    ['min x\nst\nx >= 2 y\nend', /Line 3: y after the right side/],
    ['min x\nst\nx >= 1\nc2: x\nend', /Line 4: the end where <=, = or >= should stand/],
    ['min x\nst\nc: x >= 1\nc: x >= 2\nend', /Line 4: constraint c stands twice/],
    ['min x\nst\nx >= 1\nsemi-continuous\nx\nend', /Line 4: a section "semi-continuous"/],
    ['min x\nst\nx >= 1\nbounds\nx\nend', /Line 5: x has no bound/],
  ];
  for (const [text, message] of refused) assert.throws(() => parseLp(text), message);
});
