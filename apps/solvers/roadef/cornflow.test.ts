import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExample } from '../testing/examples.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { app } from './app.ts';
import type { Instance, Solution, StepRow } from './data.ts';

const folder = import.meta.dirname;
const { instance } = readExample<Instance, Solution>(folder, 'v-1-0');

/** The instance of Cornflow's own example: a day, and rows of allowed trailers for the source alone. */
const day: Instance = {
  ...instance,
  parameters: { unit: 60, horizon: 24 },
  allowedTrailers: instance.allowedTrailers.filter(({ id_location: id }) => id === 1),
};

const step = (
  shift: number,
  ...[position = 0, location = 0, quantity = 0, arrival = 0, driven = 0]: number[]
): StepRow => ({
  id_shift: shift,
  day: 0,
  position,
  location,
  quantity,
  arrival,
  departure: location === 0 ? arrival : arrival + 30,
  layover_before: 0,
  driving_time_before_layover: 0,
  cumulated_driving_time: driven,
});

/** Its solution. */
const solution: Solution = {
  info_shifts: [
    { id_shift: 1, driver: 1, trailer: 1, departure_time: 1080, initial_quantity: 6839, nb_steps: 5 },
    { id_shift: 2, driver: 1, trailer: 1, departure_time: 0, initial_quantity: 23_000, nb_steps: 4 },
  ],
  details_shifts: [
    step(1, 0, 0, 0, 1080, 0),
    step(1, 1, 1, 6106, 1080, 0),
    step(1, 2, 13, -9448, 1167, 57),
    step(1, 3, 8, -3497, 1222, 82),
    step(1, 4, 0, 0, 1288, 118),
    step(2, 0, 0, 0, 0, 0),
    step(2, 1, 9, -1682, 102, 102),
    step(2, 2, 7, -14_479, 196, 166),
    step(2, 3, 0, 0, 399, 309),
  ],
};

test("Cornflow's example is read, and the shift that begins before its driver does is named", async () => {
  const result = await resultOf(folder, app, { task: 'check', instance: day, solution, config: {} });
  assert.equal(result.instanceChecks, null);
  assert.deepEqual(result.solutionChecks, { res_dr_08_driver_TW: [{ id_shift: 2, id_driver: 1 }] });
  // Kilometres of both shifts, of which each costs 2, and what both deliver.
  assert.equal(result.objective, (2 * (66 + 29 + 42 + 120 + 75 + 167)) / (9448 + 3497 + 1682 + 14_479));
});
