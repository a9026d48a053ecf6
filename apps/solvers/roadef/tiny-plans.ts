import assert from 'node:assert/strict';
import { readExample } from '../testing/examples.ts';
import type { Instance, Solution, StepRow } from './data.ts';

/** The plan of the example `tiny`, and others like it, for tests to break. */
const example = readExample<Instance, Solution>(import.meta.dirname, 'tiny');
assert.ok(example.solution);

export const { instance, solution } = { ...example, solution: example.solution };
const { info_shifts: shifts, details_shifts: steps } = solution;

export const change = <Row extends object>(rows: readonly Row[], at: number, part: Partial<Row>): Row[] =>
  rows.map((row, index) => (index === at ? { ...row, ...part } : row));
export const withStep = (position: number, part: Partial<StepRow>): Solution => ({
  info_shifts: shifts,
  details_shifts: change(steps, position, part),
});
export const ofCustomer = (index: number, part: Partial<Instance['customers'][number]>): Instance => ({
  ...instance,
  customers: instance.customers.map((row) => (row.index === index ? { ...row, ...part } : row)),
});
export const ofDriver = (part: Partial<Instance['drivers'][number]>): Instance => ({
  ...instance,
  drivers: change(instance.drivers, 0, part),
});

/** The plan, and a second shift with the same driver and trailer that goes to the source and back. */
export const twice = (start: number, initial: number): Solution => ({
  info_shifts: [
    ...shifts,
    { id_shift: 2, driver: 0, trailer: 0, departure_time: start, initial_quantity: initial, nb_steps: 3 },
  ],
  details_shifts: [
    ...steps,
    ...[
      [0, start, start],
      [1, start + 10, start + 20],
      [0, start + 30, start + 30],
    ].map(([location = 0, arrival = 0, departure = 0], position) => ({
      layover_before: 0,
      cumulated_driving_time: 0,
      day: 0,
      quantity: 0,
      id_shift: 2,
      position,
      location,
      arrival,
      departure,
    })),
  ],
});
export const allDay: Instance = { ...instance, driversTimeWindows: [{ id_driver: 0, start: 0, end: 1440 }] };

/** Customer 3 by orders: what it gets at 160 is all of one of 3. */
export const callIn = (order: Partial<Instance['orders'][number]>): Instance => ({
  ...ofCustomer(3, { callIn: 1 }),
  orders: [
    {
      id_customer: 3,
      earliestTime: 100,
      latestTime: 200,
      Quantity: 3,
      orderQuantityFlexibility: 80,
      ...order,
    },
  ],
});

/** A layover of 600 minutes on the way to customer 2, 20 minutes after leaving the source. */
export const layover = {
  info_shifts: shifts,
  details_shifts: steps.map((step, position) => ({
    ...step,
    ...(position >= 2 ? { arrival: step.arrival + 600, departure: step.departure + 600 } : {}),
    ...(position === 2 ? { layover_before: 1, driving_time_before_layover: 20 } : {}),
  })),
};
export const mayRest: Instance = {
  ...ofCustomer(2, { LayoverCustomer: 1 }),
  drivers: instance.drivers.map((driver) => ({ ...driver, maxDrivingDuration: 110 })),
  driversTimeWindows: allDay.driversTimeWindows,
  forecasts: instance.forecasts.map((row) => ({ ...row, time: 20 })),
};

export const doubleShift: Solution = { ...solution, info_shifts: [...shifts, ...shifts] };
export const doubleStep: Solution = { ...solution, details_shifts: [...steps, ...steps.slice(-1)] };

/** Leaves before the horizon begins, and the driver may. */
export const early = {
  instance: { ...instance, driversTimeWindows: [{ id_driver: 0, start: -60, end: 360 }] },
  solution: {
    info_shifts: change(shifts, 0, { departure_time: -15 }),
    details_shifts: change(change(steps, 0, { arrival: -15, departure: -15 }), 1, {
      arrival: -5,
      departure: 80,
    }),
  },
};
