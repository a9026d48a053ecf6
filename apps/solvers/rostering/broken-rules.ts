import type { Attendance, Slot } from './attendance.ts';
import { parseHour, formatHour, slotName, weekNumber } from './calendar.ts';
import type { Instance } from './data.ts';
import { type Demands, readDemands } from './demand.ts';
import type { Rule } from './rules.ts';
import { isManager, weeklyHours, weeksOf } from './staff.ts';

/** One break of a rule that may be soft: how many units (see `rules.ts`) and the row that says where. */
export interface Break {
  readonly rule: Rule;
  /** Of the findings, when the rule is strict. */
  readonly table: string;
  readonly amount: number;
  readonly row: Readonly<Record<string, unknown>>;
}

/** All breaks, of rules of every mode, from the works alone: the model of the solver has no part in it. */
export const brokenRules = (
  instance: Instance,
  attendances: readonly (readonly Attendance[])[],
  slots: readonly Slot[],
): Break[] => {
  const demands = readDemands(instance);
  return [
    ...attendances.flatMap((days) => [
      ...weeksOf(days).flatMap((week) => brokenInWeek(instance, week)),
      ...days.filter(({ hours }) => hours > 0).flatMap((day) => brokenOnDay(instance, day)),
      ...shortNights(instance, days),
    ]),
    ...slots.flatMap((slot) => brokenInSlot(demands, slot)),
  ];
};

const brokenInWeek = (instance: Instance, week: readonly Attendance[]): Break[] => {
  const [first] = week;
  const contract = week.find(({ contract }) => contract !== undefined)?.contract;
  if (first === undefined || contract === undefined) return [];
  const where = { week: weekNumber(first.day.date), id_employee: first.employee.id };
  const hours = week.reduce((sum, day) => sum + day.hours, 0);
  const extra = hours - weeklyHours(instance, week);
  const days = week.filter(({ hours }) => hours > 0).length;
  const most = contract.days_worked;
  const over = { ...where, nb_days_worked: days, max_days_week: most };
  return [
    found('rq02', 'difference_hours_worked', Math.abs(extra), { ...where, extra_hours: extra }),
    found('rq05', 'days_worked_per_week', days - most, over),
  ].flat();
};

const found = (rule: Rule, table: string, amount: number, row: Break['row']): Break[] =>
  amount > 1e-9 ? [{ rule, table, amount, row }] : [];

const brokenOnDay = ({ parameters }: Instance, attendance: Attendance): Break[] => {
  const { hours, preference, minutes, day, employee } = attendance;
  const { min_working_hours: least, max_working_hours: most = 24, slot_length: length } = parameters;
  const where = { date: day.date, id_employee: employee.id };
  const worked = { ...where, nb_hours_worked: hours };
  const wished = preference?.start === undefined ? undefined : parseHour(preference.start);
  const start = minutes[0] ?? 0;
  const isElsewhere = wished !== undefined && (wished < start || wished >= start + length);
  const wish = { ...where, number_hours_worked: hours };
  return [
    found('rq03', 'max_hours_worked_per_day', hours - most, { ...worked, max_hours_day: most }),
    found('rq06', 'min_hours_worked_per_day', least - hours, { ...worked, min_hours_day: least }),
    found('rq10', 'employee_holidays', attendance.isOnHoliday ? 1 : 0, where),
    found('rq12', 'employee_downtime', attendance.isDown ? 1 : 0, where),
    found('rq13', 'start_hour_preference', isElsewhere ? 1 : 0, { ...where, start_hour: formatHour(start) }),
    found('rq14', 'number_hours_preferences', hours - (preference?.hours ?? 24), wish),
    found('rq15', 'work_days', attendance.isFree ? 1 : 0, where),
  ].flat();
};

const shortNights = ({ parameters }: Instance, days: readonly Attendance[]): Break[] =>
  days.flatMap(({ day, employee, minutes }, index) => {
    const last = minutes.at(-1);
    const next = days[index + 1]?.minutes[0];
    if (last === undefined || next === undefined) return [];
    const rest = 24 + (next - last - parameters.slot_length) / 60;
    const row = { date: day.date, id_employee: employee.id, rest_hours: rest };
    return found('rq07', 'rest_hours', rest < parameters.min_resting_hours - 1e-9 ? 1 : 0, row);
  });

const brokenInSlot = ({ skillsAt }: Demands, { day, minute, present }: Slot): Break[] => {
  const timeslot = slotName(day.date, minute);
  const hasManager = present.some(({ employee }) => isManager(employee));
  return [
    ...found('rq08', 'manager_present', hasManager ? 0 : 1, { timeslot }),
    ...skillsAt(day, minute).flatMap(({ id_skill, demand, skilled }) => {
      const missing = demand - present.filter(({ employee }) => skilled.has(employee.id)).length;
      return found('rq09', 'skills_demand', missing, { timeslot, id_skill, number_missing: missing });
    }),
  ];
};
