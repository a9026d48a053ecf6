import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleFiles, readExample } from '../testing/examples.ts';
import { schemaFault, withRows } from '../testing/findings.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { app } from './app.ts';
import type { Instance } from './data.ts';
import { checkInstance } from './instance-checks.ts';

const folder = import.meta.dirname;
const { instance } = readExample<Instance>(folder, 'tiny');

const change = <Row extends object>(rows: readonly Row[], at: number, part: Partial<Row>): Row[] =>
  rows.map((row, index) => (index === at ? { ...row, ...part } : row));

test('the examples have no faults', () => {
  for (const file of exampleFiles(folder))
    assert.deepEqual(withRows(checkInstance(readExample<Instance>(folder, file).instance)), {}, file);
});

const [arc] = instance.matrices;
const [customer] = instance.customers;
assert.ok(arc && customer);
const order = { id_customer: 2, earliestTime: 0, latestTime: 9, Quantity: 1, orderQuantityFlexibility: 90 };
const callIn = change(instance.customers, 0, { callIn: 1 });

/** What is wrong once, and all that is said about it. */
const wrong: readonly (readonly [Record<string, readonly object[]>, Partial<Instance>])[] = [
  [{ not_one_base: [{ bases: 2 }] }, { bases: [{ index: 0 }, { index: 1 }], sources: [] }],
  [
    { repeated_indices: [{ table: 'trailers', index: 0 }] },
    { trailers: [...instance.trailers, ...instance.trailers] },
  ],
  [
    { repeated_indices: [{ table: 'locations', index: 1 }] },
    { sources: [...instance.sources, ...instance.sources] },
  ],
  [
    { unknown_references: [{ table: 'forecasts', row: 1, column: 'id_customer', index: 8 }] },
    { forecasts: [{ id_customer: 8, time: 1, forecast: 1 }, ...instance.forecasts] },
  ],
  [
    { unknown_references: [{ table: 'driversTrailers', row: 2, column: 'id_trailer', index: 8 }] },
    { driversTrailers: [...instance.driversTrailers, { id_driver: 0, id_trailer: 8 }] },
  ],
  [
    { unknown_locations: [{ table: 'coordinates', row: 1, column: 'location', index: 8 }] },
    { coordinates: [{ location: 8, x: 0, y: 0 }] },
  ],
  [{ repeated_ways: [{ L1: 0, L2: 0 }] }, { matrices: [...instance.matrices, arc] }],
  [
    { missing_ways: [{ L1: 0, L2: 1 }] },
    { matrices: instance.matrices.filter(({ L1, L2 }) => L1 !== 0 || L2 !== 1) },
  ],
  [{ bad_horizon: [{ unit: 60, horizon: 0 }] }, { parameters: { unit: 60, horizon: 0 } }],
  [
    { negative_numbers: [{ table: 'drivers', row: 1, column: 'TimeCost', value: -1 }] },
    { drivers: change(instance.drivers, 0, { TimeCost: -1 }) },
  ],
  [
    { negative_numbers: [{ table: 'forecasts', row: 2, column: 'forecast', value: -4 }] },
    { forecasts: change(instance.forecasts, 1, { forecast: -4 }) },
  ],
  [
    { turned_windows: [{ table: 'driversTimeWindows', row: 2, start: 9, end: 8 }] },
    { driversTimeWindows: [...instance.driversTimeWindows, { id_driver: 0, start: 9, end: 8 }] },
  ],
  [
    {
      over_capacity: [{ table: 'customers', index: 2, column: 'InitialTankQuantity', value: 9, capacity: 8 }],
    },
    { customers: change(instance.customers, 0, { InitialTankQuantity: 9 }) },
  ],
  [
    {
      over_capacity: [{ table: 'trailers', index: 0, column: 'InitialQuantity', value: 11, capacity: 10 }],
    },
    { trailers: change(instance.trailers, 0, { InitialQuantity: 11 }) },
  ],
  [
    { bad_flexibility: [{ row: 1, id_customer: 2, orderQuantityFlexibility: 101 }] },
    { customers: callIn, orders: [{ ...order, orderQuantityFlexibility: 101 }] },
  ],
  [{ orders_of_others: [{ row: 1, id_customer: 2 }] }, { orders: [order] }],
  [
    { no_trailer: [{ id_customer: 2 }] },
    {
      trailers: [...instance.trailers, { index: 1, Capacity: 1, InitialQuantity: 0, DistanceCost: 1 }],
      allowedTrailers: change(instance.allowedTrailers, 1, { id_trailer: 1 }),
    },
  ],
  [
    { never_open: [{ id_customer: 3 }] },
    { customersTimeWindows: change(instance.customersTimeWindows, 1, { start: 100, end: 109 }) },
  ],
  [
    { early_run_outs: [{ id_customer: 3, hour: 1, arrival: 120 }] },
    { forecasts: change(instance.forecasts, 1, { time: 1 }) },
  ],
];

for (const [expected, part] of wrong)
  test(`what is wrong with an instance is named: ${Object.keys(expected).join()}`, () => {
    assert.deepEqual(withRows(checkInstance({ ...instance, ...part })), expected);
  });

test('what is named is after the schema', () => {
  const all = Object.assign({}, ...wrong.map(([tables]) => tables)) as object;
  assert.equal(schemaFault(folder, 'instance_checks', all), undefined);
});

test('customers whom nobody can serve are warnings, faults keep the instance from being solved', async () => {
  const solve = (part: Partial<Instance>) =>
    resultOf(folder, app, { task: 'solve', instance: { ...instance, ...part }, config: { rounds: 10 } });
  const warned = await solve({ matrices: instance.matrices.filter(({ L1, L2 }) => L1 !== 2 || L2 !== 0) });
  assert.deepEqual(Object.keys(warned.instanceChecks ?? {}), ['missing_ways']);
  assert.ok(warned.solution);
  const refused = await solve({ trailers: change(instance.trailers, 0, { Capacity: -1 }) });
  assert.equal(refused.status, 'infeasible');
  assert.equal(refused.solution, null);
});
