import { expect, test } from 'vitest';
import { readShiftPlan } from './shift-bars.ts';

const step = (position: number, location: number, arrival: number, departure: number, more: object = {}) => ({
  id_shift: 1,
  position,
  location,
  quantity: 0,
  arrival,
  departure,
  layover_before: 0,
  ...more,
});

const instance = {
  parameters: { unit: 60, horizon: 48 },
  drivers: [
    { index: 0, LayoverDuration: 600 },
    { index: 1, LayoverDuration: 600 },
  ],
  sources: [{ index: 1 }],
  customers: [{ index: 2 }],
  matrices: [
    { L1: 0, L2: 1, time: 10 },
    { L1: 1, L2: 2, time: 100 },
    { L1: 2, L2: 0, time: 90 },
  ],
};

test('a shift is driven, loaded, waited and delivered, with its layover inside the way that it is on', () => {
  const plan = readShiftPlan({
    instance,
    solution: {
      info_shifts: [{ id_shift: 1, driver: 1, trailer: 7, departure_time: 60 }],
      details_shifts: [
        step(3, 0, 990, 990),
        step(0, 0, 60, 60),
        step(1, 1, 70, 100, { quantity: 500 }),
        step(2, 2, 850, 900, { quantity: -400, layover_before: 1, driving_time_before_layover: 40 }),
      ],
    },
  });
  expect(plan?.drivers).toEqual([0, 1]);
  expect(plan?.horizon).toBe(48 * 60);
  expect([plan?.deliveries, plan?.delivered]).toEqual([1, 400]);
  const [shift] = plan?.shifts ?? [];
  expect([shift?.start, shift?.end, shift?.trailer]).toEqual([60, 990, 7]);
  expect(shift?.bars.map(({ doing, start, end }) => [doing, start, end])).toEqual([
    ['drive', 60, 70],
    ['load', 70, 100],
    ['drive', 100, 140],
    ['layover', 140, 740],
    ['drive', 740, 800],
    ['wait', 800, 850],
    ['deliver', 850, 900],
    ['drive', 900, 990],
  ]);
});

test('what is no plan of shifts is not drawn', () => {
  expect(readShiftPlan({ instance, solution: { works: [] } })).toBeUndefined();
});
