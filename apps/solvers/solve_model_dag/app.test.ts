import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExamples } from '../testing/examples.ts';
import { schemaFault, withRows } from '../testing/findings.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { app } from './app.ts';
import type { PulpConstraint, PulpModel } from './dictionary.ts';
import { parseLp } from './lp.ts';
import { parseMps } from './mps.ts';

const folder = import.meta.dirname;
const examples = readExamples<PulpModel, PulpModel>(folder);

const solve = (instance: PulpModel, config: object = {}, solution?: PulpModel) =>
  resultOf(folder, app, { task: 'solve', instance, solution, config });

const example = (name: string): PulpModel => {
  const instance = examples.get(name)?.instance;
  assert.ok(instance);
  return instance;
};

/** Sources and reasoning stand in the descriptions of the examples. */
const optima: Readonly<Record<string, number>> = { wyndor: 36, whiskas: 0.52, integer: 20, piecewise: 8 };

for (const { name, instance } of examples.values()) {
  test(`the example ${name} is solved to its known optimum, which its checks confirm`, async () => {
    const { status, objective, solution, solutionChecks, kpis } = await solve(instance);
    assert.equal(status, 'optimal');
    assert.ok(Math.abs((objective ?? NaN) - (optima[name] ?? NaN)) < 1e-9, String(objective));
    assert.equal(solutionChecks, null);
    assert.equal(schemaFault(folder, 'kpis', kpis), undefined);
    assert.deepEqual([solution?.parameters.status, solution?.parameters.sol_status], [1, 1]);
  });
}

test('a linear model gets its duals and reduced costs in the sense of the objective', async () => {
  const { solution } = await solve(example('wyndor'));
  assert.deepEqual(
    solution?.constraints.map(({ pi }) => pi),
    [0, 1.5, 1],
  );
  assert.deepEqual(
    solution?.variables.map(({ varValue, dj }) => [varValue, dj]),
    [
      [2, 0],
      [6, 0],
    ],
  );
});

test("PuLP's names of solvers are known, and `mip: false` drops integrality", async () => {
  assert.equal((await solve(example('integer'), { solver: 'PULP_CBC_CMD' })).objective, 20);
  assert.equal((await solve(example('integer'), { mip: false })).objective, 21);
});

test('models out of files are solved to their known optima', async () => {
  // CPLEX's reference of file formats, mixed integer example: 122.5.
  const lp = parseLp(`maximize
 obj: x1 + 2 x2 + 3 x3 + x4
subject to
 c1: - x1 + x2 + x3 + 10 x4 <= 20
 c2: x1 - 3 x2 + x3 <= 30
 c3: x2 - 3.5 x4 = 0
bounds
 x1 <= 40
 2 <= x4 <= 3
general
 x4
end`);
  assert.equal((await solve(lp)).objective, 122.5);
  // By hand: as little x as the range allows (3), the rest of y with its offset: 2·3 + 3·(5 - 3) + 1 = 13.
  const mps = parseMps(`NAME hand
ROWS
 N cost
 G sum
 E range
COLUMNS
 x cost 2 sum 1
 x range 1
 y cost 3 sum 1
RHS
 rhs sum 5 range 1
 rhs cost -1
RANGES
 rng range 2
ENDATA`);
  assert.equal((await solve(mps)).objective, 13);
});

const bare: PulpModel = {
  objective: { name: 'o', coefficients: [{ name: 'x', value: 1 }] },
  constraints: [],
  variables: [{ name: 'x', cat: 'Continuous', lowBound: null, upBound: 4 }],
  parameters: { name: 'bare', sense: 1 },
};

const row = (name: string, sense: -1 | 0 | 1, constant: number, variable = 'x'): PulpConstraint => ({
  name,
  sense,
  constant,
  coefficients: [{ name: variable, value: 1 }],
});

test('a model without an answer says so', async () => {
  assert.equal((await solve(bare)).status, 'unbounded');
  const impossible = { ...bare, constraints: [row('at_least_5', 1, -5)] };
  const { status, solution } = await solve(impossible);
  assert.deepEqual([status, solution], ['infeasible', null]);
});

test('a missing bound is none, as in PuLP, and a binary variable is between 0 and 1', async () => {
  const model: PulpModel = {
    ...bare,
    objective: {
      coefficients: [
        { name: 'x', value: 1 },
        { name: 'b', value: -2 },
      ],
    },
    constraints: [row('floor', 1, 7)],
    variables: [
      { name: 'x', cat: 'Continuous' },
      { name: 'b', cat: 'Binary' },
    ],
  };
  const { objective, solution } = await solve(model);
  assert.equal(objective, -9);
  assert.deepEqual(
    solution?.variables.map(({ varValue }) => varValue),
    [-7, 1],
  );
});

test('faults of a model are found and named', () => {
  const faulty: PulpModel = {
    ...bare,
    constraints: [row('c', 1, 0, 'nobody'), row('c', 1, 0)],
    variables: [...bare.variables, { name: 'y', cat: 'Integer', lowBound: 3, upBound: 2 }],
    sos1: [{ x: 1, y: 2 }, { z: 1 }, 'x'],
  };
  assert.deepEqual(withRows(app.checkInstance(faulty)), {
    duplicate_names: [{ table: 'constraints', name: 'c' }],
    unknown_variables: [{ where: 'c', name: 'nobody' }],
    empty_ranges: [{ name: 'y', lower: 3, upper: 2 }],
    unsupported_sos: [
      {
        table: 'sos1',
        row: 0,
        reason: 'has the variable x without finite bounds, which no engine here can do',
      },
      { table: 'sos1', row: 0, reason: 'has the variable y that cannot be zero' },
      { table: 'sos1', row: 1, reason: 'names the unknown variable z' },
      { table: 'sos1', row: 2, reason: 'is no table of names and weights' },
    ],
  });
  assert.equal(schemaFault(folder, 'instance_checks', app.checkInstance(faulty)), undefined);
});

test('faults of a solution are found without the solver', () => {
  const model: PulpModel = {
    ...bare,
    constraints: [row('more', 1, -3), row('less', -1, -3), row('same', 0, -3)],
    variables: [
      { name: 'x', cat: 'Integer', lowBound: 0, upBound: 4 },
      { name: 'y', cat: 'Continuous', lowBound: 0, upBound: 1 },
      { name: 'z', cat: 'Continuous', lowBound: 0, upBound: 1 },
    ],
    sos1: [{ x: 1, y: 2 }],
    sos2: [{ x: 1, y: 2, z: 3 }],
  };
  const answer = (...values: (number | null)[]): PulpModel => ({
    ...model,
    variables: model.variables.map((one, at) => ({ ...one, varValue: values[at] ?? null })),
  });
  const checks = (...values: (number | null)[]) => withRows(app.checkSolution(model, answer(...values)));
  assert.deepEqual(checks(3, 0, 0), {});
  assert.deepEqual(checks(3, null, 0), { missing_values: [{ name: 'y' }] });
  assert.deepEqual(checks(2.5, 0, 0), {
    constraints_violated: [
      { name: 'more', excess: 0.5 },
      { name: 'same', excess: 0.5 },
    ],
    not_integer: [{ name: 'x', value: 2.5 }],
  });
  assert.deepEqual(checks(5, 0, -1), {
    constraints_violated: [
      { name: 'less', excess: 2 },
      { name: 'same', excess: 2 },
    ],
    bounds_violated: [
      { name: 'x', value: 5, bound: 4 },
      { name: 'z', value: -1, bound: 0 },
    ],
    sos_violated: [{ table: 'sos2', row: 0, names: 'x z' }],
  });
  assert.deepEqual(checks(3, 1, 0), { sos_violated: [{ table: 'sos1', row: 0, names: 'x y' }] });
  assert.equal(schemaFault(folder, 'solution_checks', app.checkSolution(model, answer(5, 1, -1))), undefined);
});

test('a given solution is what the solver begins with', async () => {
  const first = await solve(example('integer'));
  assert.ok(first.solution);
  const again = await solve(example('integer'), {}, first.solution);
  assert.deepEqual([again.status, again.objective], ['optimal', 20]);
});

test('a set of type 1 leaves one variable, and no set leaves them all', async () => {
  const { sos2, ...model } = example('piecewise');
  assert.equal((await solve(model)).objective, 11.5);
  assert.equal((await solve({ ...model, sos1: sos2 ?? [] })).status, 'infeasible');
});
