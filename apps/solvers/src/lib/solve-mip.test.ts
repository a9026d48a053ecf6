import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { MipOptions, Model } from './mip.ts';
import { solveMip } from './solve-mip.ts';

const options = (more: Partial<MipOptions> = {}): MipOptions => ({
  timeLimit: 20,
  signal: new AbortController().signal,
  say: () => undefined,
  ...more,
});

/** The workshop of the README of highs-js: 20 chairs and 10 tables, worth 1100. */
const workshop: Model = {
  sense: 'maximize',
  variables: [
    { name: 'chairs', cost: 30, integer: true },
    { name: 'tables', cost: 50, integer: true },
  ],
  constraints: [
    {
      name: 'carpentry',
      terms: [
        [0, 1],
        [1, 2],
      ],
      upper: 40,
    },
    {
      name: 'finishing',
      terms: [
        [0, 2],
        [1, 1],
      ],
      upper: 50,
    },
  ],
};

test('a model with whole numbers is solved to its known optimum', async () => {
  const result = await solveMip({ ...workshop, offset: 7 }, options());
  assert.equal(result.status, 'optimal');
  assert.deepEqual(result.values, [20, 10]);
  assert.equal(result.objective, 1107);
  assert.equal(result.bound, 1107);
  assert.equal(result.duals, undefined);
  assert.match(result.version ?? '', /^1\.15\./);
});

test('a linear model comes with its duals: what the objective gains for one more of a bound', async () => {
  const continuous = {
    ...workshop,
    variables: workshop.variables.map((variable) => ({ ...variable, integer: false })),
  };
  const result = await solveMip(continuous, options());
  // 30 = a + 2 b and 50 = 2 a + b.
  assert.deepEqual(
    result.duals?.map((dual) => Math.round(dual * 1e6) / 1e6),
    [23.333333, 3.333333],
  );
  assert.deepEqual(result.reducedCosts?.map(Math.abs), [0, 0]);
  const minimum = await solveMip(
    {
      sense: 'minimize',
      variables: [
        { name: 'a', cost: 2 },
        { name: 'b', cost: 5 },
      ],
      constraints: [
        {
          terms: [
            [0, 1],
            [1, 1],
          ],
          lower: 3,
        },
      ],
    },
    options(),
  );
  assert.deepEqual([minimum.objective, minimum.duals, minimum.reducedCosts], [6, [2], [0, 3]]);
});

test('a model without a solution is infeasible, also where only its bounds cross', async () => {
  const more = {
    terms: [
      [0, 1],
      [1, 1],
    ] as const,
    lower: 60,
  };
  const result = await solveMip({ ...workshop, constraints: [...workshop.constraints, more] }, options());
  assert.deepEqual([result.status, result.values, result.objective], ['infeasible', undefined, undefined]);
  const crossed = await solveMip(
    { sense: 'minimize', variables: [{ name: 'x', lower: 2, upper: 1 }], constraints: [] },
    options(),
  );
  assert.equal(crossed.status, 'infeasible');
});

test('a model without a best solution is unbounded, and one that has none at all is not', async () => {
  for (const integer of [false, true]) {
    const variables = [
      { name: 'x', cost: 1, integer },
      { name: 'y', integer },
    ];
    const open: Model = {
      sense: 'maximize',
      variables,
      constraints: [
        {
          terms: [
            [0, 1],
            [1, -1],
          ],
          upper: 2,
        },
      ],
    };
    assert.equal((await solveMip(open, options())).status, 'unbounded');
    const closed = {
      ...open,
      constraints: [...open.constraints, { terms: [[1, 2]] as const, lower: 3, upper: 2.5 }],
    };
    assert.equal((await solveMip(closed, options())).status, 'infeasible');
    const empty: Model = {
      ...open,
      constraints: [
        ...open.constraints,
        {
          terms: [
            [0, 1],
            [1, 1],
          ],
          upper: -1,
        },
      ],
    };
    assert.equal((await solveMip(empty, options())).status, 'infeasible');
  }
});

test('terms with the same variable are added up, and rows may have two bounds or none', async () => {
  const result = await solveMip(
    {
      sense: 'minimize',
      variables: [{ name: 'x', cost: 1, lower: -Infinity }],
      constraints: [
        {
          terms: [
            [0, 1],
            [0, 1],
          ],
          lower: -5,
          upper: 7,
        },
        { terms: [[0, 3]] },
        {
          terms: [
            [0, 1],
            [0, -1],
          ],
          upper: 0,
        },
      ],
    },
    options(),
  );
  assert.deepEqual([result.status, result.values], ['optimal', [-2.5]]);
});

test('a model without constraints or without variables is solved', async () => {
  const none: Model = { sense: 'minimize', variables: [], constraints: [], offset: 3 };
  assert.deepEqual(
    [(await solveMip(none, options())).status, (await solveMip(none, options())).objective],
    ['optimal', 3],
  );
  const free: Model = { sense: 'maximize', variables: [{ name: 'x', cost: 2, upper: 4 }], constraints: [] };
  const result = await solveMip(free, options());
  assert.deepEqual([result.status, result.objective], ['optimal', 8]);
});

/** Equations of the market split problem (Cornuéjols and Dawande 1998): hopeless for branch and bound beyond some rows. */
const marketSplit = (rows: number): Model => {
  let state = 7;
  const next = (): number => (state = (state * 16_807) % 2_147_483_647) % 100;
  const count = 10 * (rows - 1);
  const coefficients = Array.from({ length: rows }, () => Array.from({ length: count }, next));
  const slack = (sign: string, row: number) => ({ name: `${sign}${row}`, cost: 1 });
  return {
    sense: 'minimize',
    variables: [
      ...Array.from({ length: count }, (_, column) => ({ name: `x${column}`, upper: 1, integer: true })),
      ...coefficients.flatMap((_, row) => [slack('p', row), slack('m', row)]),
    ],
    constraints: coefficients.map((row, index) => {
      const half = Math.floor(row.reduce((sum, value) => sum + value, 0) / 2);
      const terms = row.map((value, column) => [column, value] as const);
      return {
        terms: [...terms, [count + 2 * index, 1], [count + 2 * index + 1, -1]],
        lower: half,
        upper: half,
      };
    }),
  };
};

test('the time limit ends the work, with the best so far', async () => {
  const result = await solveMip(marketSplit(6), options({ timeLimit: 1 }));
  assert.equal(result.status, 'feasible');
  assert.ok(result.seconds < 3, `${result.seconds} s`);
  assert.ok((result.objective ?? 0) > 0 && (result.bound ?? Infinity) <= (result.objective ?? 0));
});

test('an abort ends the thread at once, with the best so far, and the next model finds another one', async () => {
  const controller = new AbortController();
  const lines: string[] = [];
  setTimeout(() => controller.abort(), 600);
  const result = await solveMip(
    marketSplit(6),
    options({ signal: controller.signal, say: (line) => lines.push(line) }),
  );
  assert.ok(result.seconds < 1.5, `${result.seconds} s`);
  assert.equal(result.status, 'feasible');
  assert.ok(lines.length > 5 && lines.every((line) => line.trim() !== ''));
  assert.equal((await solveMip(workshop, options())).objective, 1100);
  const before = await solveMip(workshop, options({ signal: controller.signal }));
  assert.deepEqual([before.status, before.values], ['not_solved', undefined]);
});

test('a start is what the engine begins with', async () => {
  const lines: string[] = [];
  const result = await solveMip(workshop, options({ start: [10, 10], say: (line) => lines.push(line) }));
  assert.equal(result.objective, 1100);
  assert.ok(lines.includes('MIP start solution is feasible, objective value is 800'));
});

test('a step in which the engine does not look at the clock is not waited for', async () => {
  // HiGHS 1.15 looks for cliques in a knapsack of so many objects for longer than half a minute.
  let state = 1;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) % 1000;
  const weights = Array.from({ length: 20_000 }, () => 1 + next());
  const half = Math.floor(weights.reduce((sum, weight) => sum + weight, 0) / 2);
  const result = await solveMip(
    {
      sense: 'maximize',
      variables: weights.map((_, column) => ({
        name: `x${column}`,
        upper: 1,
        integer: true,
        cost: 1 + next(),
      })),
      constraints: [{ terms: weights.map((weight, column) => [column, weight] as const), upper: half }],
    },
    options({ timeLimit: 0.2 }),
  );
  assert.ok(result.seconds < 5, `${result.seconds} s`);
});

/** Threads are numbered as they are started. */
const numberOfNextThread = async (): Promise<number> => {
  const worker = new Worker('', { eval: true });
  const { threadId } = worker;
  await worker.terminate();
  return threadId;
};

test('many small models are solved in one thread', async () => {
  await solveMip(workshop, options());
  const before = await numberOfNextThread();
  for (let round = 0; round < 50; round += 1) await solveMip(workshop, options());
  assert.equal(await numberOfNextThread(), before + 1, 'no other was started in between');
});

test('several models at a time have a thread each', async () => {
  const results = await Promise.all([1, 2, 3].map(() => solveMip(workshop, options())));
  assert.deepEqual(
    results.map(({ objective }) => objective),
    [1100, 1100, 1100],
  );
});

test('more threads than the engine has are told of', async () => {
  const lines: string[] = [];
  await solveMip(workshop, options({ threads: 4, say: (line) => lines.push(line) }));
  assert.match(lines[0] ?? '', /one thread: threads = 4 is for native solvers/);
});

test('an unknown engine, and a model with what is no number, are named', async () => {
  await assert.rejects(
    solveMip(workshop, options({ engine: 'cplex' })),
    /no engine cplex: there are highs, native-highs, cbc/,
  );
  const broken = { ...workshop, variables: [{ name: 'chairs', cost: Number.NaN }] };
  await assert.rejects(solveMip(broken, options()), /variable chairs has the cost NaN/);
  const outside: Model = { ...workshop, constraints: [{ terms: [[2, 1]] }] };
  await assert.rejects(solveMip(outside, options()), /constraint 0 names variable 2; there are 2/);
});
