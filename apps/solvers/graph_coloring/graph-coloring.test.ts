import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExample } from '../testing/examples.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { app } from './app.ts';

const folder = import.meta.dirname;
const run = (task: object, stop?: AbortSignal) => resultOf(folder, app, { task: 'solve', ...task }, stop);

/** Chromatic numbers of the DIMACS graphs; brelaz9 holds the triangle 2, 3, 7. */
const optima = { myciel3: 4, myciel4: 5, queen5_5: 5, brelaz9: 3 };

for (const [name, optimum] of Object.entries(optima))
  test(`mip proves that ${name} needs ${optimum} colours`, async () => {
    const { instance } = readExample(folder, name);
    const { status, objective, solutionChecks, log } = await run({ instance, config: { solver: 'mip' } });
    assert.deepEqual([status, objective, solutionChecks], ['optimal', optimum, null]);
    assert.equal(log.best_bound, optimum);
  });

test('DSATUR takes as many colours as are known to be needed, or says that fewer may do', async () => {
  const found = { myciel3: 4, myciel4: 5, queen5_5: 5, brelaz9: 4 };
  for (const [name, colors] of Object.entries(found)) {
    const { instance } = readExample(folder, name);
    const { status, objective, solutionChecks } = await run({ instance });
    // A clique of five squares proves it for the queens; the others hold no clique that large.
    assert.equal(status, name === 'queen5_5' ? 'optimal' : 'feasible');
    assert.deepEqual([objective, solutionChecks], [colors, null]);
  }
});

test('the Mycielski graphs and the board of queens have the numbers of nodes and pairs of DIMACS', async () => {
  const sizes = { myciel3: [11, 20], myciel4: [23, 71], queen5_5: [25, 160] };
  for (const [name, size] of Object.entries(sizes)) {
    const { instance } = readExample(folder, name);
    const { kpis } = await run({ instance });
    const [nodes, pairs] = size;
    assert.deepEqual(kpis?.['totals'], [{ nodes, pairs, colors: optima[name as keyof typeof optima] }]);
  }
});

const pairs = (...rows: [number, number][]) => rows.map(([n1, n2]) => ({ n1, n2 }));

test('graphs of no pair and of pairs given twice are coloured', async () => {
  for (const solver of ['default', 'mip']) {
    const config = { solver };
    const none = await run({ instance: { pairs: [] }, config });
    assert.deepEqual([none.status, none.solution, none.objective], ['optimal', { assignment: [] }, 0]);
    const ring = pairs([1, 2], [2, 1], [2, 3], [3, 4], [4, 5], [5, 1], [1, 2]);
    const odd = await run({ instance: { pairs: ring }, config });
    assert.deepEqual([odd.objective, odd.solutionChecks], [3, null]);
  }
});

test('a node that is paired with itself stops it', async () => {
  const { status, instanceChecks } = await run({ instance: { pairs: pairs([1, 2], [3, 3], [3, 3]) } });
  assert.deepEqual([status, instanceChecks], ['infeasible', { loops: [{ node: 3 }] }]);
});

test('what is wrong with a colouring is told', async () => {
  const check = async (...rows: [node: number, color: number][]) => {
    const assignment = rows.map(([node, color]) => ({ node, color }));
    const instance = { pairs: pairs([1, 2], [2, 3]) };
    return run({ task: 'check', instance, solution: { assignment } });
  };
  const right = await check([1, 5], [2, 0], [3, 5]);
  assert.deepEqual([right.objective, right.solutionChecks], [2, null]);
  assert.deepEqual(right.kpis?.['colors'], [
    { color: 0, nodes: 1 },
    { color: 5, nodes: 2 },
  ]);
  assert.deepEqual((await check([1, 0], [2, 0])).solutionChecks, {
    pairs: [{ n1: 1, n2: 2 }],
    missing: [{ node: 3 }],
  });
  assert.deepEqual((await check([1, 0], [2, 1], [3, 2], [3, 0], [4, 7])).solutionChecks, {
    unknown_nodes: [{ node: 4 }],
    repeated_nodes: [{ node: 3, count: 2 }],
  });
});

test('stopped at once, mip answers with the colours of DSATUR and the bound of its clique', async () => {
  const { instance } = readExample(folder, 'myciel4');
  const { status, objective, log } = await run({ instance, config: { solver: 'mip' } }, AbortSignal.abort());
  assert.deepEqual([status, objective, log.best_bound], ['stopped', 5, 2]);
});
