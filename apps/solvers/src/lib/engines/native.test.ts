import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { MipOptions, Model } from '../mip.ts';
import { solveMip } from '../solve-mip.ts';
import { cbc } from './cbc.ts';
import type { PreparedModel } from './engine.ts';
import { glpk } from './glpk.ts';
import { lpTextOf } from './lp-text.ts';
import { nativeEngine, type NativeProgram } from './native.ts';
import { nativeHighs } from './native-highs.ts';
import { columnsOf, rowsOf } from './rows.ts';
import { scip } from './scip.ts';

const options = (more: Partial<MipOptions> = {}): MipOptions => ({
  timeLimit: 20,
  signal: new AbortController().signal,
  say: () => undefined,
  ...more,
});

const prepare = (model: Model): PreparedModel => {
  const columns = columnsOf(model);
  return { model, columns, rows: rowsOf(model), isInteger: columns.integer.includes(1) };
};

/** max 3 x + 2 y with x + y <= 4.5, x + 3 y <= 6, -2 <= x - y <= 9: 13.5 at (4.5, 0), in whole numbers 12 at (4, 0). */
const model = (integer: boolean): Model => ({
  sense: 'maximize',
  variables: [
    { name: 'e1', cost: 3, integer },
    { name: 'free', cost: 2, integer },
    { name: 'st', lower: -Infinity },
  ],
  constraints: [
    {
      terms: [
        [0, 1],
        [1, 1],
      ],
      upper: 4.5,
    },
    {
      terms: [
        [0, 1],
        [1, 3],
      ],
      upper: 6,
    },
    {
      terms: [
        [0, 1],
        [1, -1],
      ],
      lower: -2,
      upper: 9,
    },
  ],
});

test('a model is written as text that all solvers read alike', () => {
  const text = lpTextOf(
    prepare({
      sense: 'minimize',
      variables: [
        { name: 'a', cost: -1.5, upper: 3, integer: true },
        { name: 'b', lower: -Infinity },
        { name: 'c', lower: 2, upper: 2 },
      ],
      constraints: [
        {
          terms: [
            [0, 1],
            [2, -2],
          ],
          lower: 0,
          upper: 5,
        },
        { terms: [[1, 1]] },
        { terms: [], upper: 1 },
        { terms: [[1, 4]], lower: 2, upper: 2 },
      ],
    }),
  );
  assert.equal(
    text,
    `Minimize
 obj: - 1.5 x0 + 0 x1 + 0 x2
Subject To
 r0: + 1 x0 - 2 x2 >= 0
 s0: + 1 x0 - 2 x2 <= 5
 s2: 0 x0 <= 1
 r3: + 4 x1 = 2
Bounds
 0 <= x0 <= 3
 x1 free
 x2 = 2
Generals
 x0
End
`,
  );
});

const installed = (['cbc', 'glpk', 'native-highs', 'scip'] as const).map((engine) => {
  const program = { cbc, glpk, 'native-highs': nativeHighs, scip }[engine].program;
  const { error } = spawnSync(program, ['--version'], { timeout: 5000, input: 'quit\n' });
  // One that does not read what it is told ends with a broken pipe, but it is there.
  const isThere = error === undefined || !('code' in error) || error.code !== 'ENOENT';
  return { engine, skip: isThere ? false : `there is no ${program} on this host` };
});

for (const { engine, skip } of installed) {
  test(`${engine} solves what HiGHS in WebAssembly solves, with the same signs`, { skip }, async () => {
    const whole = await solveMip({ ...model(true), offset: 1 }, options({ engine }));
    assert.deepEqual(
      [whole.status, whole.values, whole.objective, whole.bound],
      ['optimal', [4, 0, 0], 13, 13],
    );
    const ours = await solveMip(model(false), options());
    const theirs = await solveMip(model(false), options({ engine }));
    assert.deepEqual([theirs.status, theirs.objective, theirs.bound], ['optimal', 13.5, 13.5]);
    assert.deepEqual(theirs.values, ours.values);
    if (engine !== 'scip') {
      const positive = (values: readonly number[] | undefined) => values?.map((value) => value + 0);
      assert.deepEqual(positive(theirs.duals), [3, 0, 0]);
      assert.deepEqual(positive(theirs.reducedCosts), [0, -1, 0]);
    }
  });

  test(`${engine} tells what is infeasible from what is unbounded`, { skip }, async () => {
    for (const integer of [false, true]) {
      const none = {
        ...model(integer),
        constraints: [
          {
            terms: [
              [0, 1],
              [1, 1],
            ] as const,
            upper: -1,
          },
        ],
      };
      assert.equal((await solveMip(none, options({ engine }))).status, 'infeasible');
      const endless = {
        ...model(integer),
        constraints: [
          {
            terms: [
              [0, 1],
              [1, -1],
            ] as const,
            upper: 1,
          },
        ],
      };
      assert.equal((await solveMip(endless, options({ engine }))).status, 'unbounded');
    }
  });
}

test('a solver that is not on the host is named', async () => {
  const engine = nativeEngine({ ...cbc, title: 'Nowhere', program: 'no-such-solver' });
  await assert.rejects(
    engine.solve(prepare(model(true)), options()),
    /Nowhere is not on this host: there is no program no-such-solver on its PATH/,
  );
});

/** A program that says a line and never ends. */
const endless: NativeProgram = {
  title: 'Endless',
  program: process.execPath,
  arguments: () => ['-e', 'process.on("SIGINT", () => {}); console.log("here"); setInterval(() => {}, 1000)'],
  read: () => ({
    status: 'not_solved',
    values: undefined,
    bound: undefined,
    nodes: undefined,
    version: undefined,
  }),
};

test('a solver that does not end is ended on an abort, and leaves no files', async () => {
  const before = await folders();
  const controller = new AbortController();
  const lines: string[] = [];
  const say = (line: string): void => {
    lines.push(line);
    controller.abort();
  };
  const result = await nativeEngine(endless).solve(
    prepare(model(true)),
    options({ signal: controller.signal, say }),
  );
  assert.equal(result.status, 'not_solved');
  assert.deepEqual(lines, ['here']);
  assert.deepEqual(await folders(), before);
});

const folders = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('dumont-solver-'));

/** What the solvers wrote for `min -3 x0 - 2 x1` of the model above with `x0 + x1 <= 4.5` and `-2 <= x0 - x1 <= 9`; SCIP's after its documentation. */
const recorded = prepare({
  ...model(false),
  sense: 'minimize',
  constraints: model(false).constraints.toSpliced(1, 1),
});

test('what HiGHS writes is read: values and duals, and nothing of the basis', () => {
  const solution = `Model status
Optimal

# Primal solution values
Feasible
Objective -13.5
# Columns 3
x0 4.5
x1 0
x2 0
# Rows 3
s0 4.5
r1 4.5
s1 4.5

# Dual solution values
Feasible
# Columns 3
x0 0
x1 1
x2 0
# Rows 3
s0 -3
r1 0
s1 0

# Basis
HiGHS_basis_file v2
Valid
# Columns 3
x0 1
x1 0
x2 3
`;
  const found = nativeHighs.read(solution, ['Running HiGHS 1.15.1 (git hash: 04024d7): Copyright'], recorded);
  assert.deepEqual(
    { ...found, values: Array.from(found.values ?? []) },
    {
      status: 'optimal',
      version: '1.15.1',
      values: [4.5, 0, 0],
      bound: -13.5,
      nodes: undefined,
      duals: Float64Array.of(-3, 0),
      reducedCosts: Float64Array.of(0, 1, 0),
    },
  );
  const without = 'Model status\nTime limit reached\n\n# Primal solution values\nNone\n';
  assert.equal(nativeHighs.read(without, [], recorded).status, 'not_solved');
});

test('what SCIP writes is read: values that are not there are 0', () => {
  const solution = `solution status: time limit reached
objective value:                                -13.5
x0                                                4.5 \t(obj:-3)
`;
  const lines = [
    'SCIP version 9.0.0 [precision: 8 byte]',
    'Solving Nodes      : 12 (total of 13 nodes in 2 runs)',
    'Dual Bound         : -1.40000000000000e+01',
  ];
  assert.deepEqual(scip.read(solution, lines, recorded), {
    status: 'feasible',
    version: '9.0.0',
    values: Float64Array.of(4.5, 0, 0),
    bound: -14,
    nodes: 12,
  });
  const endless = scip.read(solution, ['Dual Bound         : -1.00000000000000e+20'], recorded);
  assert.equal(endless.bound, undefined);
  assert.equal(
    scip.read('solution status: infeasible\nno solution available\n', [], recorded).status,
    'infeasible',
  );
});

test('what CBC writes when it was stopped is a solution only when it says so', () => {
  const rows = '\n      0 x0                     4                      -3\n';
  const read = (state: string) =>
    cbc.read(`${state}${rows}`, ['Lower bound:                   -13.2'], recorded);
  const stopped = read('Stopped on time - objective value -12.00000000');
  assert.deepEqual([stopped.status, stopped.values?.[0], stopped.bound], ['feasible', 4, -13.2]);
  const none = read('Stopped on time (no integer solution - continuous used) - objective value -13.00000000');
  assert.deepEqual([none.status, none.values], ['not_solved', undefined]);
});

test('what GLPK writes is read in its own order of rows and columns', () => {
  const solution =
    's bas 3 3 f f -13.5\ni 1 u 4.5 -3\ni 2 b 4.5 0\ni 3 b 4.5 0\nj 1 b 4.5 0\nj 2 l 0 1\nj 3 f 0 0\ne o f\n';
  const found = glpk.read(solution, ['GLPSOL--GLPK LP/MIP Solver 5.0'], recorded);
  assert.deepEqual([found.status, found.version, found.bound], ['optimal', '5.0', -13.5]);
  assert.deepEqual([found.values, found.duals], [Float64Array.of(4.5, 0, 0), Float64Array.of(-3, 0)]);
  const lines = ['+     3: >>>>>  -1.100000000e+01 >=  -1.300000000e+01  18.2% (2; 0)'];
  const limited = glpk.read('s mip 1 3 f -12\nj 1 4\n', lines, recorded);
  assert.deepEqual([limited.status, limited.values?.[0], limited.bound], ['feasible', 4, -13]);
});
