import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExample } from '../testing/examples.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { arcsBetween, burma14, geographic, ulysses22 } from '../testing/tsplib.ts';
import { app } from './app.ts';
import type { Arc } from './data.ts';

const folder = import.meta.dirname;
const run = (task: object, stop?: AbortSignal) => resultOf(folder, app, { task: 'solve', ...task }, stop);
const arc = (n1: number, n2: number, w: number): Arc => ({ n1, n2, w });

test('the examples of TSPLIB have the distances of its coordinates', async () => {
  for (const [name, places] of Object.entries({ burma14, ulysses22 })) {
    const { instance } = readExample(folder, name);
    assert.deepEqual(instance['arcs'], arcsBetween(places, geographic));
  }
});

/** The optima that TSPLIB lists; one-way is drawn so that 8 is the only trip with its streets. */
const optima = { burma14: 3323, ulysses22: 7013, berlin52: 7542, 'one-way': 8 };

for (const [name, optimum] of Object.entries(optima)) {
  test(`mip proves that no trip through ${name} is shorter than ${optimum}`, async () => {
    const { instance } = readExample(folder, name);
    const { status, objective, solutionChecks, log } = await run({ instance, config: { solver: 'mip' } });
    assert.deepEqual([status, objective, solutionChecks], ['optimal', optimum, null]);
    assert.ok(Math.abs((log.best_bound ?? 0) - optimum) < 1e-4);
  });

  test(`naive finds the ${optimum} of ${name} too, and does not claim to know`, async () => {
    const { instance } = readExample(folder, name);
    const { status, objective, solutionChecks } = await run({ instance });
    assert.deepEqual([status, objective, solutionChecks], ['feasible', optimum, null]);
  });
}

const shortest = (arcs: readonly Arc[]): number => {
  const [first = 0, ...others] = new Set(arcs.flatMap(({ n1, n2 }) => [n1, n2]));
  const lengths = new Map(arcs.map(({ n1, n2, w }) => [`${n1} ${n2}`, w]));
  const extend = (here: number, left: readonly number[], length: number): number =>
    left.length === 0
      ? length + (lengths.get(`${here} ${first}`) ?? Infinity)
      : Math.min(
          ...left.map((next) =>
            extend(
              next,
              left.filter((node) => node !== next),
              length + (lengths.get(`${here} ${next}`) ?? Infinity),
            ),
          ),
        );
  return extend(first, others, 0);
};

test('streets of which some are one-way: mip finds what trying all trips finds, or that there is none', async () => {
  let state = 3;
  const next = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  let without = 0;
  for (let round = 0; round < 12; round += 1) {
    const places = [0, 1, 2, 3, 4, 5];
    const arcs = places.flatMap((from) =>
      places.filter((to) => to !== from && next(10) < 4).map((to) => arc(from, to, next(50))),
    );
    const { status, objective, instanceChecks } = await run({
      instance: { arcs },
      config: { solver: 'mip' },
    });
    const best = shortest(arcs);
    if (best === Infinity) without += 1;
    assert.equal(objective ?? Infinity, best, JSON.stringify(arcs));
    assert.equal(status, best === Infinity ? 'infeasible' : 'optimal');
    if (best < Infinity) assert.equal(instanceChecks, null);
  }
  assert.ok(without > 0 && without < 12, 'both kinds were tried');
});

test('a trip that is given is where the search begins: stopped at once, it answers none that is longer', async () => {
  const { instance } = readExample(folder, 'berlin52');
  const { solution } = await run({ instance, config: { solver: 'mip' } });
  const { objective } = await run({ instance, solution }, AbortSignal.abort());
  assert.equal(objective, optima.berlin52);
});

test('a trip through few nodes, or none, is its only one', async () => {
  for (const solver of ['naive', 'mip']) {
    const config = { solver };
    const none = await run({ instance: { arcs: [] }, config });
    assert.deepEqual([none.status, none.solution, none.objective], ['optimal', { route: [] }, 0]);
    const one = await run({ instance: { arcs: [arc(4, 4, 1)] }, config });
    assert.deepEqual([one.solution, one.objective], [{ route: [{ pos: 0, node: 4 }] }, 0]);
    const two = await run({ instance: { arcs: [arc(4, 7, 3)] }, config });
    assert.deepEqual([two.objective, two.solutionChecks], [6, null]);
    const three = await run({ instance: { arcs: [arc(1, 2, 3), arc(2, 3, 4), arc(3, 1, 5)] }, config });
    assert.deepEqual([three.objective, three.solutionChecks], [12, null]);
  }
});

test('nodes without a way through, and arcs with two lengths, are named', async () => {
  const arcs = [arc(1, 2, 3), arc(2, 3, 4), arc(3, 1, 5), arc(3, 4, 1), arc(1, 2, 9)];
  const { status, instanceChecks } = await run({ instance: { arcs } });
  assert.equal(status, 'infeasible');
  assert.deepEqual(instanceChecks, { repeated_arcs: [{ n1: 1, n2: 2 }], dead_ends: [{ node: 4 }] });
});

test('what is wrong with a trip is told, and its length is that of its arcs', async () => {
  const arcs = [arc(1, 2, 3), arc(2, 3, 4), arc(3, 4, 5), arc(4, 1, 6)];
  const check = (...nodes: number[]) => {
    const solution = { route: nodes.map((node, pos) => ({ pos, node })) };
    return run({ task: 'check', instance: { arcs }, solution });
  };
  const right = await check(2, 3, 4, 1);
  assert.deepEqual([right.objective, right.solutionChecks], [18, null]);
  assert.deepEqual(right.kpis, { totals: [{ nodes: 4, length: 18, longest_arc: 6, mean_arc: 4.5 }] });
  assert.deepEqual((await check(1, 3, 2, 4)).solutionChecks, {
    missing_arcs: [
      { n1: 1, n2: 3 },
      { n1: 2, n2: 4 },
    ],
  });
  assert.deepEqual((await check(1, 2, 9)).solutionChecks, {
    missing_nodes: [{ node: 3 }, { node: 4 }],
    missing_positions: [{ position: 3 }],
    unknown_nodes: [{ node: 9 }],
    missing_arcs: [
      { n1: 2, n2: 9 },
      { n1: 9, n2: 1 },
    ],
  });
  assert.deepEqual((await check(1, 2, 3, 4, 3)).solutionChecks?.['repeated_nodes'], [{ node: 3, count: 2 }]);
});

test('stopped at once, both methods answer with a trip', async () => {
  const { instance } = readExample(folder, 'berlin52');
  for (const solver of ['naive', 'mip']) {
    const { status, objective, solutionChecks } = await run(
      { instance, config: { solver } },
      AbortSignal.abort(),
    );
    assert.deepEqual([status, solutionChecks], ['stopped', null]);
    assert.ok((objective ?? 0) >= 7542);
  }
});
