import { expect, test } from 'vitest';
import { readProjectSchedule, ticksOf } from './project-schedule.ts';

const instance = {
  durations: [
    { job: 1, mode: 1, duration: 3 },
    { job: 2, mode: 2, duration: 2 },
    { job: 3, mode: 1, duration: 0 },
  ],
  needs: [
    { job: 1, mode: 1, resource: 'R 1', need: 2 },
    { job: 2, mode: 2, resource: 'R 1', need: 1 },
    { job: 2, mode: 2, resource: 'N 1', need: 4 },
    { job: 1, mode: 1, resource: 'N 1', need: 5 },
    { job: 1, mode: 1, resource: 'crew', need: 1 },
  ],
  resources: [
    { id: 'R 1', available: 3 },
    { id: 'N 1', available: 9 },
    { id: 'crew', available: 1, type: 'R' },
  ],
};
const assignment = [
  { job: 3, mode: 1, period: 4 },
  { job: 2, mode: 2, period: 2 },
  { job: 1, mode: 1, period: 0 },
];

test('jobs stand by when they begin, and overlap adds to the use of a resource', () => {
  const schedule = readProjectSchedule({ instance, solution: { assignment } });
  expect(schedule?.bars).toEqual([
    { job: 1, mode: 1, start: 0, end: 3 },
    { job: 2, mode: 2, start: 2, end: 4 },
    { job: 3, mode: 1, start: 4, end: 4 },
  ]);
  expect(schedule?.end).toBe(4);
  expect(schedule?.modes).toEqual([1, 2]);
  expect(schedule?.renewable).toEqual([
    {
      id: 'R 1',
      available: 3,
      steps: [
        { from: 0, to: 2, used: 2 },
        { from: 2, to: 3, used: 3 },
        { from: 3, to: 4, used: 1 },
      ],
    },
    {
      id: 'crew',
      available: 1,
      steps: [{ from: 0, to: 3, used: 1 }],
    },
  ]);
  expect(schedule?.nonRenewable).toEqual([{ id: 'N 1', available: 9, taken: 9 }]);
});

test('what names no mode of the instance is left out, and what is no schedule is not drawn', () => {
  const odd = { assignment: [...assignment, { job: 9, mode: 1, period: 50 }] };
  expect(readProjectSchedule({ instance, solution: odd })?.end).toBe(4);
  expect(readProjectSchedule({ instance, solution: { jobs: [] } })).toBeUndefined();
});

test('an axis counts in steps that are easy to read', () => {
  expect(ticksOf(4, 10)).toEqual([0, 1, 2, 3, 4]);
  expect(ticksOf(26, 10)).toEqual([0, 5, 10, 15, 20, 25]);
  expect(ticksOf(1900, 10)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800]);
});
