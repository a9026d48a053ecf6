import { type Day, parseHour } from './calendar.ts';
import type { Contract, Employee, Instance, Preference } from './data.ts';
import { modeOf } from './rules.ts';

/** What the data say of an employee on a day. */
export interface Presence {
  readonly employee: Employee;
  readonly day: Day;
  readonly contract: Contract | undefined;
  /** Open time slots, by position in `day.open`, that lie within the shift of the contract: from, and to before. */
  readonly from: number;
  readonly to: number;
  readonly isOnHoliday: boolean;
  readonly isDown: boolean;
  /** A day of the week that is none of the employee's. */
  readonly isFree: boolean;
  readonly preference: Preference | undefined;
  /** No strict rule forbids that the employee works on this day. */
  readonly mayWork: boolean;
}

/** By employee and day, in the order of the data. */
export type Staff = readonly (readonly Presence[])[];

export const readStaff = (instance: Instance, days: readonly Day[]): Staff => {
  const holidays = pairs(instance.employee_holidays ?? []);
  const downtime = pairs(instance.employee_downtime ?? []);
  const schedule = new Set(
    (instance.employee_schedule ?? []).map((row) => `${row.id_employee} ${row.week_day}`),
  );
  const hasSchedule = new Set((instance.employee_schedule ?? []).map((row) => row.id_employee));
  const preferences = new Map(
    (instance.employee_preferences ?? []).map((row) => [`${row.id_employee} ${row.day}`, row]),
  );
  return instance.employees.map((employee) =>
    days.map((day) => {
      const key = `${employee.id} ${day.date}`;
      const contract = contractOf(instance, employee, day.date);
      const [from, to] = window(instance, contract, day);
      const isOnHoliday = holidays.has(key);
      const isDown = downtime.has(key);
      const isFree = hasSchedule.has(employee.id) && !schedule.has(`${employee.id} ${day.weekDay}`);
      const isForbidden =
        (isOnHoliday && modeOf(instance, 'rq10') === 'strict') ||
        (isDown && modeOf(instance, 'rq12') !== 'deactivated') ||
        (isFree && modeOf(instance, 'rq15') === 'strict');
      const mayWork = from < to && !isForbidden;
      const preference = preferences.get(key);
      return { employee, day, contract, from, to, isOnHoliday, isDown, isFree, preference, mayWork };
    }),
  );
};

const pairs = (rows: readonly { id_employee: number; day: string }[]): Set<string> =>
  new Set(rows.map((row) => `${row.id_employee} ${row.day}`));

const contractOf = ({ contracts }: Instance, { id }: Employee, date: string): Contract | undefined =>
  contracts.find(
    (contract) =>
      contract.id_employee === id &&
      contract.start_contract <= date &&
      (contract.end_contract ?? '9999-12-31') >= date,
  );

const window = (
  { shifts, parameters }: Instance,
  contract: Contract | undefined,
  { open }: Day,
): [from: number, to: number] => {
  const shift = shifts.find(({ id }) => id === contract?.id_shift);
  if (shift === undefined) return [0, 0];
  const inside = open.map(
    (minute) => minute >= parseHour(shift.start) && minute + parameters.slot_length <= parseHour(shift.end),
  );
  const from = inside.indexOf(true);
  return from < 0 ? [0, 0] : [from, inside.lastIndexOf(true) + 1];
};

/**
 * Hours that the contract asks of an employee in a week: those of the contract, less only where strict rules leave fewer
 * days than the contract has, and then in proportion; whole time slots. 0 without a contract.
 */
export const weeklyHours = ({ parameters }: Instance, week: readonly Presence[]): number => {
  const contract = week.find(({ contract }) => contract !== undefined)?.contract;
  if (contract === undefined) return 0;
  const days = week.filter(({ mayWork }) => mayWork).length;
  const hours = contract.weekly_hours * Math.min(1, days / contract.days_worked);
  const slots = Math.floor((hours * 60) / parameters.slot_length + 1e-9);
  return (slots * parameters.slot_length) / 60;
};

/** Rows of days, seven for each week. */
export const weeksOf = <Row extends { readonly day: Day }>(rows: readonly Row[]): Row[][] => [
  ...Map.groupBy(rows, ({ day }) => day.week).values(),
];

export const isManager = ({ manager, manager_tasks: stands }: Employee): boolean =>
  manager || stands === true;
