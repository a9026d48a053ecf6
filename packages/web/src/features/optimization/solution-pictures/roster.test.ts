import { expect, test } from 'vitest';
import { readRoster, workKey } from './roster.ts';

const work = (employee: number, slot: string) => ({ id_employee: employee, time_slot: slot });

test('everybody has a line, slots are in order, and days know how many slots they have', () => {
  const roster = readRoster({
    instance: {
      employees: [
        { id: 1, name: 'Ana' },
        { id: 2, name: 'Bruno' },
      ],
    },
    solution: {
      works: [
        work(3, '2026-09-08T08:00'),
        work(1, '2026-09-07T09:00'),
        work(1, '2026-09-07T08:00'),
        work(3, '2026-09-07T08:00'),
      ],
    },
  });
  expect(roster?.employees.map(({ name }) => name)).toEqual(['Ana', 'Bruno', '3']);
  expect(roster?.slots).toEqual(['2026-09-07T08:00', '2026-09-07T09:00', '2026-09-08T08:00']);
  expect(roster?.days).toEqual([
    { day: '2026-09-07', start: 0, count: 2 },
    { day: '2026-09-08', start: 2, count: 1 },
  ]);
  expect(roster?.staff).toEqual([2, 1, 1]);
  expect(roster?.works.has(workKey(1, '2026-09-07T09:00'))).toBe(true);
  expect(roster?.works.has(workKey(2, '2026-09-07T09:00'))).toBe(false);
});

test('what is no roster is not drawn', () => {
  expect(readRoster({ instance: {}, solution: { shifts: [] } })).toBeUndefined();
});
