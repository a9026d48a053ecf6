import type { Findings } from '../src/lib/app.ts';
import { type Attendance, readAttendance, type Slot, slotsOf } from './attendance.ts';
import { type Break, brokenRules } from './broken-rules.ts';
import { parseDate, readCalendar, slotName } from './calendar.ts';
import type { Instance, Solution, Work } from './data.ts';
import { readDemands } from './demand.ts';
import { modeOf, penaltyOf } from './rules.ts';

/** Works that nobody could do or twice the same, breaks of strict rules, and as warnings those of soft ones. */
export const checkSolution = (instance: Instance, solution: Solution): Findings => {
  const attendances = readAttendance(instance, solution);
  const slots = slotsOf(attendances);
  const breaks = brokenRules(instance, attendances, slots);
  const strict = breaks.filter(({ rule }) => modeOf(instance, rule) === 'strict');
  return {
    ...checkWorks(instance, solution),
    slots_without_workers: slots
      .filter(({ present }) => present.length === 0)
      .map(({ day, minute }) => ({ timeslot: slotName(day.date, minute) })),
    split_shifts: attendances
      .flat()
      .filter(isSplit)
      .map(({ day, employee }) => ({
        date: day.date,
        id_employee: employee.id,
      })),
    outside_shift: attendances.flat().flatMap(outsideShift),
    ...tables(strict),
    soft_rules: softBreaks(instance, breaks).map(({ rule, amount, row }) => ({
      requirement: rule,
      amount,
      penalty: amount * penaltyOf(instance, rule),
      ...row,
    })),
  };
};

const tables = (breaks: readonly Break[]): Findings =>
  Object.fromEntries(
    [...Map.groupBy(breaks, ({ table }) => table)].map(([table, rows]) => [
      table,
      rows.map(({ row }) => row),
    ]),
  );

export const softBreaks = (instance: Instance, breaks: readonly Break[]): Break[] =>
  breaks.filter(({ rule }) => modeOf(instance, rule) === 'soft');

/** Each open time slot's demand shared by those who are there, summed, and the penalties of soft rules. To be minimized. */
export const objective = (instance: Instance, solution: Solution): number => {
  const attendances = readAttendance(instance, solution);
  const slots = slotsOf(attendances);
  const shared = sharedDemand(instance, slots).reduce((sum, { demand }) => sum + demand, 0);
  const breaks = softBreaks(instance, brokenRules(instance, attendances, slots));
  return shared + breaks.reduce((sum, { rule, amount }) => sum + amount * penaltyOf(instance, rule), 0);
};

/** What each person present has to do in each open time slot; all of it where nobody is. */
export const sharedDemand = (
  instance: Instance,
  slots: readonly Slot[],
): { slot: Slot; demand: number }[] => {
  const { demandAt } = readDemands(instance);
  return slots.map((slot) => {
    const demand = demandAt(slot.day, slot.minute);
    return { slot, demand: demand / Math.max(1, slot.present.length) };
  });
};

/** Rows that are at fault by themselves. */
const checkWorks = (instance: Instance, { works }: Solution): Findings => {
  const employees = new Set(instance.employees.map(({ id }) => id));
  const days = readCalendar(instance);
  const open = new Set(days.flatMap(({ date, open }) => open.map((minute) => slotName(date, minute))));
  const dates = new Set(days.map(({ date }) => date));
  const isSlot = ({ time_slot: slot }: Work): boolean =>
    /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$/.test(slot) &&
    parseDate(slot.slice(0, 10)) !== undefined &&
    dates.has(slot.slice(0, 10));
  const unique = (rows: readonly Work[]): string[] => [...new Set(rows.map((row) => row.time_slot))];
  return {
    unknown_employees: [...new Set(works.map((row) => row.id_employee))]
      .filter((id) => !employees.has(id))
      .map((id) => ({ id_employee: id })),
    unknown_slots: unique(works.filter((row) => !isSlot(row))).map((timeslot) => ({ timeslot })),
    slots_closed_with_workers: unique(works.filter((row) => isSlot(row) && !open.has(row.time_slot))).map(
      (timeslot) => ({ timeslot }),
    ),
    repeated_works: [...Map.groupBy(works, (row) => `${row.id_employee} ${row.time_slot}`).values()]
      .filter((rows) => rows.length > 1)
      .flatMap(([row]) => (row === undefined ? [] : [row])),
  };
};

/** rq04: time slots worked follow each other, where the shop is open. */
const isSplit = ({ minutes, day }: Attendance): boolean => {
  const first = day.open.indexOf(minutes[0] ?? -1);
  return minutes.some((minute, index) => day.open[first + index] !== minute);
};

const outsideShift = ({ minutes, day, employee, from, to }: Attendance): object[] =>
  minutes
    .filter((minute) => !day.open.slice(from, to).includes(minute))
    .map((minute) => ({ id_employee: employee.id, time_slot: slotName(day.date, minute) }));
