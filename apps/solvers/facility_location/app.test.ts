import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExamples } from '../testing/examples.ts';
import { schemaFault, withRows } from '../testing/findings.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { app } from './app.ts';
import type { Flow, Instance, Solution } from './data.ts';

const folder = import.meta.dirname;
const examples = readExamples<Instance, Solution>(folder);

const example = (name: string): Instance => {
  const instance = examples.get(name)?.instance;
  assert.ok(instance);
  return instance;
};

const solve = (instance: Instance, solver = 'mip') =>
  resultOf(folder, app, { task: 'solve', instance, config: { solver, timeLimit: 20 } });

const isNear = (value: number | null | undefined, expected: number): void =>
  assert.ok(
    Math.abs((value ?? NaN) - expected) < 1e-6 * Math.max(1, expected),
    `${value} is not ${expected}`,
  );

/** Sources and reasoning stand in the descriptions of the examples. */
const optima = { sunoil: 23751, two_doses: 240, two_levels: 70 };

for (const [name, cost] of Object.entries(optima)) {
  test(`the known optimum of ${name} is proven, and the checks confirm it`, async () => {
    const { status, objective, solutionChecks, kpis, log } = await solve(example(name));
    assert.deepEqual([status, solutionChecks], ['optimal', null]);
    isNear(objective, cost);
    isNear(log.best_bound, cost);
    assert.equal(schemaFault(folder, 'kpis', kpis), undefined);
  });
}

test("Cornflow's name of the solver is known", async () => {
  isNear((await solve(example('two_levels'), 'Pyomo.highs')).objective, 70);
});

test('a restricted way is not used, and an open one is', async () => {
  const instance = example('two_levels');
  isNear((await solve({ ...instance, restricted_flows: [] })).objective, 50);
  const near = { origin: 'near hub', destination: 'depot' };
  const closed = await solve({ ...instance, restricted_flows: [...instance.restricted_flows, near] });
  isNear(closed.objective, 102);
});

test('what capacities do not allow is infeasible', async () => {
  const instance = example('two_levels');
  const warehouses = instance.warehouses.map((one) => ({ ...one, capacity: 4 }));
  const { status, solution, instanceChecks } = await solve({ ...instance, warehouses });
  assert.deepEqual([status, solution, instanceChecks], ['infeasible', null, null]);
});

test('faults of an instance are found and named', async () => {
  const instance = example('two_doses');
  const faulty: Instance = {
    ...instance,
    parameters: { ...instance.parameters, days: 1 },
    suppliers: [{ id: 'maker', id_product: 'triple', availability: 10 }],
    clients: [...instance.clients, { id: 'island', demand: 5 }, { id: 'small', demand: 0 }],
    distances: [...instance.distances, { origin: 'maker', destination: 'big', distance: 1 }],
    restricted_flows: [{ origin: 'maker', destination: 'moon' }],
  };
  const { status, instanceChecks } = await solve(faulty);
  assert.equal(status, 'infeasible');
  assert.deepEqual(instanceChecks, {
    duplicate_ids: [
      { table: 'suppliers, warehouses, clients', id: 'small' },
      { table: 'distances', id: '["maker","big"]' },
    ],
    unknown_ids: [
      { table: 'suppliers', key: 'id_product', id: 'triple' },
      { table: 'restricted_flows', key: 'destination', id: 'moon' },
    ],
    second_day_missing: [{ id_product: 'double' }],
    unreachable_clients: [{ id_client: 'island' }],
    scarce_supply: [{ supply: 0, demand: 65 }],
  });
  assert.equal(schemaFault(folder, 'instance_checks', instanceChecks), undefined);
});

const flow = (origin: string, destination: string, product: string, day: number, doses: number): Flow => ({
  origin,
  destination,
  product,
  day: `Day ${day}`,
  flow: doses,
});

test('faults of a solution are found without the solver', () => {
  const instance = { ...example('two_doses'), restricted_flows: [{ origin: 'big', destination: 'town' }] };
  const faults = app.checkSolution(instance, {
    flows: [
      // 60 > 50 of the warehouse and, with the other 60, > 100 of the supplier; 5 stay behind.
      flow('maker', 'small', 'double', 1, 60),
      flow('small', 'town', 'double', 1, 55),
      flow('maker', 'big', 'double', 2, 60),
      flow('big', 'town', 'double', 2, 50),
      flow('maker', 'town', 'single', 3, 1),
    ],
  });
  assert.deepEqual(withRows(faults), {
    unknown_flows: [{ origin: 'maker', destination: 'town', product: 'single', day: 'Day 3' }],
    availability: [{ id_supplier: 'maker', id_product: 'double', quantity: 20 }],
    restricted_flows: [{ origin: 'big', destination: 'town', total_flow: 50 }],
    demand: [{ id_client: 'town', missing_first_doses: 5 }],
    second_doses: [{ id_client: 'town', id_product: 'double', missing_second_doses: 5 }],
    warehouse_capacities: [{ id_warehouse: 'small', day: 'Day 1', excess_quantity: 10 }],
    consistency_warehouses: [
      { id_warehouse: 'small', day: 'Day 1', id_product: 'double', difference_flow: -5 },
      { id_warehouse: 'big', day: 'Day 2', id_product: 'double', difference_flow: -10 },
    ],
    consistency_suppliers: [
      { day: 'Day 1', id_product: 'double', difference_flow: -5 },
      { day: 'Day 2', id_product: 'double', difference_flow: -10 },
    ],
  });
  assert.equal(schemaFault(folder, 'solution_checks', faults), undefined);
});

test('random networks: no plan that was thrown together costs less, and every answer passes the checks', async () => {
  let state = 11;
  const random = (most: number): number => 1 + ((state = (state * 48271) % 2147483647) % most);
  for (let round = 0; round < 3; round++) {
    const hubs = ['h1', 'h2', 'h3'];
    const towns = ['t1', 't2', 't3', 't4'];
    const way = (origin: string, destination: string) => ({ origin, destination, distance: random(20) });
    const instance: Instance = {
      parameters: { cost_per_km_per_dose: 1 },
      products: [
        { id: 'double', nb_doses: 2, unit_cost: random(3) },
        { id: 'single', nb_doses: 1, unit_cost: random(9) },
      ],
      suppliers: ['double', 'single'].map((id_product) => ({ id: 'maker', id_product, availability: 120 })),
      warehouses: hubs.map((id) => ({ id, capacity: 70, fixed_cost: random(400), variable_cost: random(4) })),
      clients: towns.map((id) => ({ id, demand: random(20) })),
      distances: [
        ...hubs.map((hub) => way('maker', hub)),
        ...hubs.flatMap((hub) => towns.map((town) => way(hub, town))),
      ],
      restricted_flows: [],
    };
    const { status, objective, solutionChecks } = await solve(instance);
    assert.deepEqual([status, solutionChecks], ['optimal', null]);
    // All single doses by one hub on both days, half and half: a plan for anyone.
    for (const hub of hubs) {
      const flows = instance.clients.flatMap(({ id, demand }) =>
        [1, 2].flatMap((day) => [
          flow('maker', hub, 'single', day, demand / 2),
          flow(hub, id, 'single', day, demand / 2),
        ]),
      );
      assert.deepEqual(withRows(app.checkSolution(instance, { flows })), {});
      assert.ok((objective ?? Infinity) <= app.objective(instance, { flows }) + 1e-6);
    }
  }
});
