import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExample } from '../testing/examples.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { app } from './app.ts';
import type { Solution } from './data.ts';

const folder = import.meta.dirname;
const run = (task: object, stop?: AbortSignal) => resultOf(folder, app, { task: 'solve', ...task }, stop);

/** J. Burkardt, KNAPSACK_01: problem -> what it is worth at best. */
const optima = { p01: 309, p07: 1458, p08: 13_549_094 };

for (const [name, optimum] of Object.entries(optima))
  for (const solver of ['Dynamic', 'MIP', 'MIP.highs'])
    test(`${solver} finds what ${name} is worth: ${optimum}`, async () => {
      const { instance } = readExample(folder, name);
      const { status, objective, solutionChecks, log } = await run({ instance, config: { solver } });
      assert.deepEqual([status, objective, solutionChecks], ['optimal', optimum, null]);
      assert.equal(log.best_bound, optimum);
    });

test('the published choice of p01 has no faults and is worth as much', async () => {
  const { instance, solution } = readExample(folder, 'p01');
  const { objective, solutionChecks, kpis } = await run({ task: 'check', instance, solution });
  assert.deepEqual([objective, solutionChecks], [309, null]);
  assert.deepEqual(kpis, { totals: [{ objects: 5, value: 309, weight: 165, free_weight: 0 }] });
});

const objects = (...rows: [weight: number, value: number][]) =>
  rows.map(([weight, value], index) => ({ id: index + 1, weight, value }));

test('both methods agree on many small knapsacks, with weights and values of nothing', async () => {
  let state = 1;
  const next = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 25; round += 1) {
    const instance = {
      objects: objects(...Array.from({ length: 12 }, (): [number, number] => [next(20), next(30) - 3])),
      parameters: { weight_capacity: next(90) },
    };
    const [dynamic, mip] = await Promise.all(
      ['Dynamic', 'MIP'].map((solver) => run({ instance, config: { solver } })),
    );
    assert.equal(dynamic?.objective, mip?.objective, JSON.stringify(instance));
    assert.deepEqual([dynamic?.solutionChecks, mip?.solutionChecks], [null, null]);
    assert.equal(dynamic?.objective, bruteForce(instance.objects, instance.parameters.weight_capacity));
  }
});

const bruteForce = (items: ReturnType<typeof objects>, capacity: number): number => {
  let best = 0;
  for (let set = 0; set < 2 ** items.length; set += 1) {
    const chosen = items.filter((_, index) => (set >> index) & 1);
    const sum = (key: 'weight' | 'value') => chosen.reduce((total, item) => total + item[key], 0);
    if (sum('weight') <= capacity) best = Math.max(best, sum('value'));
  }
  return best;
};

test('choices that another one beats are not gone on with', async () => {
  // All objects are worth the same for their weight, so no bound helps: without that there would be 2^60 choices.
  const rows = Array.from({ length: 60 }, (_, index): [number, number] => [
    2 + 2 * (index % 25),
    2 + 2 * (index % 25),
  ]);
  const instance = { objects: objects(...rows), parameters: { weight_capacity: 501 } };
  const { status, objective, log } = await run({ instance });
  assert.deepEqual([status, objective], ['optimal', 500]);
  assert.ok((log.nodes ?? Infinity) <= 60 * 502);
});

test('nothing is taken where nothing fits or there is nothing', async () => {
  for (const rows of [objects([5, 1]), objects()])
    for (const solver of ['Dynamic', 'MIP']) {
      const instance = { objects: rows, parameters: { weight_capacity: 4 } };
      const { status, solution } = await run({ instance, config: { solver } });
      assert.deepEqual([status, solution], ['optimal', { include: [] }]);
    }
});

test('faults of the data stop it and are named, a wrong count does not', async () => {
  const instance = {
    objects: [...objects([5, 1], [-2, 3]), { id: 1, weight: 2, value: 2 }],
    parameters: { weight_capacity: -1, nb_objects: 7 },
  };
  const { status, instanceChecks } = await run({ instance });
  assert.equal(status, 'infeasible');
  assert.deepEqual(instanceChecks, {
    repeated_ids: [{ id: 1, count: 2 }],
    negative_weights: [{ id: 2, weight: -2 }],
    negative_capacity: [{ weight_capacity: -1 }],
    number_of_objects: [{ nb_objects: 7, count: 3 }],
  });
  const counted = { objects: objects([5, 1]), parameters: { weight_capacity: 9, nb_objects: 7 } };
  assert.equal((await run({ instance: counted })).objective, 1);
});

test('a solution that is too heavy, unknown or doubled is told of', async () => {
  const instance = { objects: objects([5, 1], [6, 2]), parameters: { weight_capacity: 9 } };
  const check = async (...ids: number[]) => {
    const solution: Solution = { include: ids.map((id) => ({ id })) };
    return (await run({ task: 'check', instance, solution })).solutionChecks;
  };
  assert.deepEqual(await check(1, 2), { weight: [{ weight_excess: 2 }] });
  assert.deepEqual(await check(2, 9), { unknown_ids: [{ id: 9 }] });
  assert.deepEqual(await check(1, 1), {
    weight: [{ weight_excess: 1 }],
    repeated_ids: [{ id: 1, count: 2 }],
  });
});

test('stopped at once, both methods answer with the greedy choice and its bound', async () => {
  const { instance } = readExample(folder, 'p07');
  for (const solver of ['Dynamic', 'MIP']) {
    const { status, objective, solutionChecks, log } = await run(
      { instance, config: { solver } },
      AbortSignal.abort(),
    );
    assert.deepEqual([status, solutionChecks], ['stopped', null]);
    assert.ok((objective ?? 0) > 1300 && (objective ?? 0) <= 1458);
    assert.ok((log.best_bound ?? 0) >= 1458);
  }
});
