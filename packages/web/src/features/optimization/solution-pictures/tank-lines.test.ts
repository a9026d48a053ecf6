import { expect, test } from 'vitest';
import { readTankLines } from './tank-lines.ts';

const customer = (index: number, initial: number, more: object = {}) => ({
  index,
  Capacity: 100,
  InitialTankQuantity: initial,
  SafetyLevel: 10,
  callIn: 0,
  ...more,
});

test('tanks go down by forecasts and up by deliveries, and those that run out come first', () => {
  const lines = readTankLines({
    instance: {
      parameters: { unit: 60, horizon: 4 },
      customers: [customer(2, 90), customer(3, 20), customer(4, 30), customer(5, 0, { callIn: 1 })],
      forecasts: [
        { id_customer: 2, time: 0, forecast: 5 },
        { id_customer: 3, time: 1, forecast: 15 },
        { id_customer: 4, time: 2, forecast: 15 },
        { id_customer: 4, time: 9, forecast: 15 },
      ],
    },
    solution: { details_shifts: [{ location: 3, arrival: 125, quantity: -50 }] },
  });
  expect(lines.map(({ id, outAt }) => [id, outAt])).toEqual([
    [3, 1],
    [4, undefined],
    [2, undefined],
  ]);
  expect(lines[0]?.levels).toEqual([20, 5, 55, 55]);
  expect(lines[0]?.lowest).toBe(5);
});
