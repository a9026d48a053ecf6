import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExamples } from '../testing/examples.ts';
import { schemaFault, withRows } from '../testing/findings.ts';
import { resultOf, runInProcess } from '../testing/run-in-process.ts';
import { app } from './app.ts';
import type { Instance, Solution } from './data.ts';

const folder = import.meta.dirname;
const examples = readExamples<Instance, Solution>(folder);

const example = (name: string): Instance => {
  const instance = examples.get(name)?.instance;
  assert.ok(instance);
  return instance;
};

const solve = (instance: Instance, solver: string) =>
  resultOf(folder, app, { task: 'solve', instance, config: { solver, timeLimit: 20 } });

/** Loss of material. Sources and reasoning stand in the descriptions of the examples. */
const optima = [
  { name: 'two_lengths', solver: 'mip', loss: 5350 },
  { name: 'two_lengths', solver: 'CG', loss: 0 },
  { name: 'chvatal', solver: 'mip', loss: 3776 },
  { name: 'chvatal', solver: 'CG', loss: 3776 },
  { name: 'paper', solver: 'mip', loss: 1640 },
  { name: 'paper', solver: 'CG', loss: 1640 },
  { name: 'boards', solver: 'mip', loss: 13 },
  { name: 'boards', solver: 'CG', loss: 13 },
];

for (const { name, solver, loss } of optima) {
  test(`${solver} proves the known optimum of ${name}, which the checks confirm`, async () => {
    const { status, objective, solutionChecks, kpis, log } = await solve(example(name), solver);
    assert.deepEqual([status, objective, solutionChecks], ['optimal', loss, null]);
    assert.equal(log.best_bound, loss);
    assert.equal(schemaFault(folder, 'kpis', kpis), undefined);
  });
}

test('nothing is cut beyond the demand, unless given patterns make it so', async () => {
  const { solution } = await solve(example('paper'), 'CG');
  assert.ok(solution);
  const numbers = new Map(
    solution.number_cutting_patterns.map((row) => [row.id_pattern, row.number_of_patterns]),
  );
  for (const { id, demand } of example('paper').demand) {
    const cut: number = solution.detail_cutting_patterns
      .filter(({ id_product }) => id_product === id)
      .reduce((sum, row) => sum + row.number_of_products * (numbers.get(row.id_pattern) ?? 0), 0);
    assert.equal(cut, demand);
  }
});

const small: Instance = {
  bars: [{ id: 'bar', length: 10 }],
  products: [
    { id: 'a', length: 4 },
    { id: 'b', length: 3 },
  ],
  demand: [
    { id: 'a', demand: 1 },
    { id: 'b', demand: 2 },
  ],
  cutting_patterns: [],
};

test('nothing asked for is nothing cut', async () => {
  const { status, objective } = await solve({ ...small, demand: [] }, 'CG');
  assert.deepEqual([status, objective], ['optimal', 0]);
});

test('given patterns that cannot meet the demand are infeasible for mip and a beginning for CG', async () => {
  const cutting_patterns = [{ id_bar: 'bar', id_pattern: 'only_a', id_product: 'a', number_of_products: 2 }];
  const mip = await solve({ ...small, cutting_patterns }, 'mip');
  assert.deepEqual([mip.status, mip.solution], ['infeasible', null]);
  assert.deepEqual(mip.instanceChecks, { products_without_pattern: [{ id_product: 'b' }] });
  assert.equal((await solve({ ...small, cutting_patterns }, 'CG')).objective, 0);
});

test('too many patterns are refused with a way out', async () => {
  const products = Array.from({ length: 40 }, (_, at) => ({ id: `p${at}`, length: 20 + at }));
  const many: Instance = {
    bars: [{ id: 'bar', length: 300 }],
    products,
    demand: products.map(({ id }) => ({ id, demand: 9 })),
    cutting_patterns: [],
  };
  const { exitCode, lines } = await runInProcess(folder, app, { task: 'solve', instance: many });
  assert.equal(exitCode, 1);
  assert.match(lines.at(-1) ?? '', /more than 50000 patterns: give some, or use the solver CG/);
});

test('faults of an instance are found and named', () => {
  const faults = app.checkInstance({
    bars: [
      { id: 'bar', length: 10 },
      { id: 'bar', length: 10 },
    ],
    products: [{ id: 'a', length: 40 }],
    demand: [
      { id: 'a', demand: 1 },
      { id: 'c', demand: 1 },
    ],
    cutting_patterns: [
      { id_bar: 'bar', id_pattern: 'p', id_product: 'a', number_of_products: 1 },
      { id_bar: 'rod', id_pattern: 'q', id_product: 'd', number_of_products: 1 },
    ],
  });
  assert.deepEqual(withRows(faults), {
    duplicate_ids: [{ table: 'bars', id: 'bar' }],
    unknown_ids: [
      { table: 'demand', key: 'id', id: 'c' },
      { table: 'cutting_patterns', key: 'id_bar', id: 'rod' },
      { table: 'cutting_patterns', key: 'id_product', id: 'd' },
    ],
    products_too_long: [{ id_product: 'a', length: 40, longest_bar: 10 }],
    patterns_too_long: [{ id_bar: 'bar', id_pattern: 'p', length: 40, bar_length: 10 }],
    products_without_pattern: [{ id_product: 'c' }],
  });
  assert.equal(schemaFault(folder, 'instance_checks', faults), undefined);
});

test('faults of a solution are found without the solver', () => {
  const faults = app.checkSolution(small, {
    detail_cutting_patterns: [
      { id_bar: 'bar', id_pattern: 'p', id_product: 'a', number_of_products: 3 },
      { id_bar: 'bar', id_pattern: 'p', id_product: 'c', number_of_products: 1 },
    ],
    number_cutting_patterns: [
      { id_bar: 'bar', id_pattern: 'p', number_of_patterns: 1 },
      { id_bar: 'bar', id_pattern: 'q', number_of_patterns: 2 },
    ],
  });
  assert.deepEqual(withRows(faults), {
    demand_satisfaction: [{ id_product: 'b', demand: 2, produced: 0 }],
    patterns_too_long: [{ id_bar: 'bar', id_pattern: 'p', length: 12, bar_length: 10 }],
    patterns_without_detail: [{ id_bar: 'bar', id_pattern: 'q' }],
    unknown_ids: [{ table: 'detail_cutting_patterns', key: 'id_product', id: 'c' }],
  });
  assert.equal(schemaFault(folder, 'solution_checks', faults), undefined);
});
