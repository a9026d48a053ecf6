import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schemaFault, withRows } from '../testing/findings.ts';
import type { Instance, Solution, StepRow } from './data.ts';
import { checkSolution } from './solution-checks.ts';
import {
  allDay,
  callIn,
  change,
  doubleShift,
  doubleStep,
  early,
  instance,
  layover,
  mayRest,
  ofCustomer,
  ofDriver,
  solution,
  twice,
  withStep,
} from './tiny-plans.ts';

const folder = import.meta.dirname;
const { info_shifts: shifts, details_shifts: steps } = solution;

const good: readonly (readonly [string, Instance, Solution])[] = [
  ['as it is', instance, solution],
  ['with a second shift', { ...allDay }, twice(830, 3)],
  ['with an order', callIn({}), solution],
  ['with an order after the horizon', callIn({ earliestTime: 150, latestTime: 1500, Quantity: 9 }), solution],
  ['with a layover', mayRest, layover],
];

for (const [name, data, plan] of good)
  test(`a plan without faults has none: ${name}`, () => {
    assert.deepEqual(withRows(checkSolution(data, plan)), {});
  });

const at = (location: number) => ({ id_shift: 1, id_location: location });

/** What is broken once, and the tables that say so, whole. */
const broken: readonly (readonly [Record<string, readonly object[]>, Instance, Solution])[] = [
  [{ repeated_shifts: [{ id_shift: 1 }] }, instance, doubleShift],
  [{ repeated_positions: [{ id_shift: 1, position: 4 }] }, instance, doubleStep],
  [
    { steps_without_shift: [{ id_shift: 9, position: 0 }] },
    instance,
    { ...solution, details_shifts: [...steps, { ...(steps[0] as StepRow), id_shift: 9 }] },
  ],
  [{ not_from_base: [{ id_shift: 1 }] }, instance, { ...solution, details_shifts: steps.slice(0, -1) }],
  [
    { driver_and_trailer: [{ id_shift: 1, missing_driver: true, missing_trailer: false }] },
    instance,
    { ...solution, info_shifts: change(shifts, 0, { driver: 5 }) },
  ],
  [
    { driver_and_trailer: [{ id_shift: 1, missing_driver: false, missing_trailer: true }] },
    instance,
    { ...solution, info_shifts: change(shifts, 0, { trailer: 5 }) },
  ],
  [
    { c_03_wrong_index: [{ id_shift: 1, position: 1 }] },
    { ...instance, trailers: change(instance.trailers, 0, { InitialQuantity: 10 }) },
    {
      info_shifts: change(shifts, 0, { initial_quantity: 10 }),
      details_shifts: change(steps, 1, { location: 44, quantity: 0 }),
    },
  ],
  [{ outside_horizon: [{ id_shift: 1, position: 1, arrival: -5 }] }, early.instance, early.solution],
  [{ c_02_timeline: [at(2)] }, instance, withStep(2, { arrival: 129 })],
  [{ c_03_setup_times: [at(3)] }, instance, withStep(3, { departure: 169 })],
  [
    { c_04_customer_TW: [at(3)] },
    {
      ...instance,
      customersTimeWindows: change(instance.customersTimeWindows, 1, { start: 161 }),
    },
    solution,
  ],
  [
    { c_05_sites_accessible: [{ ...at(2), id_trailer: 0 }] },
    {
      ...instance,
      trailers: [...instance.trailers, { index: 1, Capacity: 1, InitialQuantity: 0, DistanceCost: 1 }],
      allowedTrailers: change(instance.allowedTrailers, 1, { id_trailer: 1 }),
    },
    solution,
  ],
  [
    {
      c_0607_inventory_trailer_negative: [
        { ...at(3), quantity: -1 },
        { ...at(0), quantity: -1 },
      ],
    },
    instance,
    withStep(1, { quantity: 4 }),
  ],
  [
    {
      c_0607_inventory_trailer_above_capacity: [{ ...at(1), quantity: 11, id_trailer: 0, capacity: 10 }],
    },
    instance,
    withStep(1, { quantity: 9 }),
  ],
  [
    {
      c_0607_inventory_trailer_initial_inventory: [
        { id_shift: 2, initial_quantity: 2, last_shift_final_inventory: 3, id_trailer: 0 },
      ],
    },
    allDay,
    twice(830, 2),
  ],
  [
    { c_11_quantity_delivered: [{ ...at(1), quantity: -1 }] },
    { ...instance, trailers: change(instance.trailers, 0, { InitialQuantity: 10 }) },
    {
      info_shifts: change(shifts, 0, { initial_quantity: 10 }),
      details_shifts: change(steps, 1, { quantity: -1 }),
    },
  ],
  [
    {
      c_16_customer_tank_exceeds: [{ ...at(2), quantity: -9, capacity: 8 }],
      site_inventory_exceeds: Array.from({ length: 10 }, (_, step) => ({
        id_location: 2,
        hour: step + 2,
        inventory: 13,
        capacity: 8,
      })),
    },
    { ...instance, trailers: change(instance.trailers, 0, { Capacity: 20 }) },
    {
      info_shifts: shifts,
      details_shifts: change(change(steps, 1, { quantity: 18 }), 2, { quantity: -9 }),
    },
  ],
  [
    { c_16_customer_tank_too_low: [{ ...at(3), quantity: -3, minimum_quantity: 4 }] },
    ofCustomer(3, { MinOperationQuantity: 4 }),
    solution,
  ],
  [
    {
      site_inventory_negative: Array.from({ length: 12 }, (_, step) => ({
        id_location: 3,
        hour: step + 12,
        inventory: -1,
      })),
      qs_02_runouts: [{ id_location: 3, nb_run_outs: 12 }],
    },
    { ...instance, forecasts: change(instance.forecasts, 1, { forecast: 7 }) },
    solution,
  ],
  [{ qs_02_runouts: [{ id_location: 2, nb_run_outs: 12 }] }, ofCustomer(2, { SafetyLevel: 3.5 }), solution],
  [
    {
      res_dr_01_intershift: [
        { id_shift: 2, last_shift: 1, id_driver: 0, duration: 599, minimum_duration: 600 },
      ],
    },
    allDay,
    twice(829, 3),
  ],
  [
    {
      res_dr_03_max_duration: [{ id_shift: 1, id_driver: 0, duration: 140, maximum_duration: 139 }],
    },
    ofDriver({ maxDrivingDuration: 139 }),
    solution,
  ],
  [
    {
      res_dr_03_max_duration: [{ id_shift: 1, id_driver: 0, duration: 110, maximum_duration: 109 }],
    },
    { ...mayRest, drivers: change(mayRest.drivers, 0, { maxDrivingDuration: 109 }) },
    layover,
  ],
  [
    { res_dr_08_driver_TW: [{ id_shift: 1, id_driver: 0 }] },
    { ...instance, driversTimeWindows: [{ id_driver: 0, start: 60, end: 229 }] },
    solution,
  ],
  [
    { res_tl_01_shift_overlaps: [{ id_shift: 2, last_shift: 1, id_trailer: 0 }] },
    {
      ...allDay,
      drivers: [...instance.drivers, { ...(instance.drivers[0] as Instance['drivers'][number]), index: 1 }],
      driversTimeWindows: [0, 1].map((driver) => ({ id_driver: driver, start: 0, end: 1440 })),
      driversTrailers: [0, 1].map((driver) => ({ id_driver: driver, id_trailer: 0 })),
    },
    { ...twice(229, 3), info_shifts: change(twice(229, 3).info_shifts, 1, { driver: 1 }) },
  ],
  [
    { res_tl_03_compatibility_dr_tr: [{ id_shift: 1, id_driver: 0, id_trailer: 0 }] },
    { ...instance, driversTrailers: [] },
    solution,
  ],
  [{ qs_01_orders_satisfied: [{ id_customer: 3, num_order: 0 }] }, callIn({ Quantity: 2 }), solution],
  [{ qs_01_orders_satisfied: [{ id_customer: 3, num_order: 0 }] }, callIn({ Quantity: 4 }), solution],
  [
    {
      qs_01_orders_satisfied: [{ id_customer: 3, num_order: 0 }],
      qs_03_callins: [{ id_location: 3, id_shift: 1 }],
    },
    callIn({ earliestTime: 161 }),
    solution,
  ],
  [
    { lay_02_layover_without_customer: [{ id_shift: 1 }] },
    { ...mayRest, customers: instance.customers },
    layover,
  ],
  [
    { lay_03_layovers: [{ id_shift: 1, layovers: 2 }] },
    { ...mayRest, drivers: change(mayRest.drivers, 0, { LayoverDuration: 0 }) },
    {
      ...layover,
      details_shifts: change(layover.details_shifts, 4, {
        layover_before: 1,
        driving_time_before_layover: 30,
      }),
    },
  ],
];

for (const [expected, data, plan] of broken)
  test(`a plan that breaks one rule is told so: ${Object.keys(expected).join(', ')}`, () => {
    assert.deepEqual(withRows(checkSolution(data, plan)), expected);
  });

test('what is told is after the schema', () => {
  const all = Object.assign({}, ...broken.map(([tables]) => tables)) as object;
  assert.equal(schemaFault(folder, 'solution_checks', all), undefined);
});
