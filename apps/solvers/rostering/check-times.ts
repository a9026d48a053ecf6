import type { Findings } from '../src/lib/app.ts';
import { parseDate, parseHour } from './calendar.ts';
import type { Hours, Instance } from './data.ts';

/** Dates that are none, hours in the wrong order, and hours that are not those of time slots. */
export const checkTimes = (instance: Instance): Findings => {
  const { slot_length: length } = instance.parameters;
  const isOdd = (hour: string): boolean => parseHour(hour) % length !== 0;
  return {
    dates: wrongDates(instance),
    hours_order: [
      ...inOrder('weekly_schedule', instance.weekly_schedule),
      ...inOrder('schedule_exceptions', instance.schedule_exceptions ?? []),
      ...inOrder(
        'shifts',
        instance.shifts.map(({ start, end }) => ({ starting_hour: start, ending_hour: end })),
      ),
    ],
    timeslot_length: [15, 30, 60].includes(length) ? [] : [{ timeslot_length: length }],
    weekly_schedule_timeslots: instance.weekly_schedule.flatMap((row) =>
      [row.starting_hour, row.ending_hour].filter(isOdd).map((hour) => ({ weekday: row.week_day, hour })),
    ),
    schedule_exceptions_timeslots: (instance.schedule_exceptions ?? []).flatMap((row) =>
      [row.starting_hour, row.ending_hour].filter(isOdd).map((hour) => ({ date: row.date, hour })),
    ),
    shift_hours_timeslots: instance.shifts.flatMap(({ id, start, end }) =>
      [start, end].filter(isOdd).map((hour) => ({ id_shift: id, hour })),
    ),
    employee_preferences_timeslots: (instance.employee_preferences ?? []).flatMap((row) =>
      row.start !== undefined && isOdd(row.start)
        ? [{ date: row.day, id_employee: row.id_employee, hour: row.start }]
        : [],
    ),
  };
};

const inOrder = (table: string, rows: readonly Hours[]): object[] =>
  rows.flatMap(({ starting_hour: start, ending_hour: end }, index) =>
    parseHour(start) < parseHour(end) ? [] : [{ table, row: index + 1, start, end }],
  );

/** The schema knows only what dates look like. */
const wrongDates = (instance: Instance): object[] => {
  const columns: readonly (readonly [table: string, key: string, rows: readonly object[]])[] = [
    ['parameters', 'starting_date', [instance.parameters]],
    ['contracts', 'start_contract', instance.contracts],
    ['contracts', 'end_contract', instance.contracts],
    ['demand', 'day', instance.demand],
    ['schedule_exceptions', 'date', instance.schedule_exceptions ?? []],
    ['skill_demand', 'day', instance.skill_demand ?? []],
    ['employee_holidays', 'day', instance.employee_holidays ?? []],
    ['store_holidays', 'day', instance.store_holidays ?? []],
    ['employee_downtime', 'day', instance.employee_downtime ?? []],
    ['employee_preferences', 'day', instance.employee_preferences ?? []],
  ];
  return columns.flatMap(([table, key, rows]) =>
    rows.flatMap((row, index) => {
      const value: unknown = (row as Readonly<Record<string, unknown>>)[key];
      if (typeof value !== 'string' || parseDate(value) !== undefined) return [];
      return [{ table, row: index + 1, key, value }];
    }),
  );
};
