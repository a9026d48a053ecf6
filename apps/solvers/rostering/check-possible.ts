import type { Findings } from '../src/lib/app.ts';
import { type Day, parseHour, readCalendar, slotName, weekNumber } from './calendar.ts';
import type { Instance } from './data.ts';
import { readDemands } from './demand.ts';
import { modeOf } from './rules.ts';
import { isManager, type Presence, readStaff, weeklyHours, weeksOf } from './staff.ts';

/** What strict rules ask and nobody could do, however the roster: it says why an instance has no solution. */
export const checkPossible = (instance: Instance): Findings => {
  const days = readCalendar(instance);
  const staff = readStaff(instance, days);
  const slots = days.flatMap((day) =>
    day.open.map((minute, position) => ({
      timeslot: slotName(day.date, minute),
      day,
      minute,
      able: staff.flatMap((presences) => {
        const presence = presences[day.index];
        const isAble = presence?.mayWork === true && presence.from <= position && position < presence.to;
        return isAble ? [presence.employee] : [];
      }),
    })),
  );
  const areManagersStrict = modeOf(instance, 'rq08') === 'strict';
  const areSkillsStrict = modeOf(instance, 'rq09') === 'strict';
  const { skillsAt } = readDemands(instance);
  return {
    slots_without_employees: slots
      .filter(({ able }) => able.length === 0)
      .map(({ timeslot }) => ({ timeslot })),
    slots_without_managers: slots
      .filter(({ able }) => areManagersStrict && able.length > 0 && !able.some(isManager))
      .map(({ timeslot }) => ({ timeslot })),
    skill_demand_not_possible: slots.flatMap(({ timeslot, day, minute, able }) =>
      skillsAt(day, minute).flatMap(({ id_skill, demand, skilled }) => {
        const possible = able.filter(({ id }) => skilled.has(id)).length;
        return areSkillsStrict && possible < demand ? [{ timeslot, id_skill, demand, possible }] : [];
      }),
    ),
    weekly_hours_not_possible:
      modeOf(instance, 'rq02') === 'strict'
        ? staff.flatMap((presences) => tooManyHours(instance, presences))
        : [],
    demand_outside_hours: outsideHours(instance, days),
  };
};

/** Weeks whose hours do not fit into the longest days that the strict rules leave. */
const tooManyHours = (instance: Instance, presences: readonly Presence[]): object[] => {
  const { slot_length: length, max_working_hours: most = 24 } = instance.parameters;
  const longest = modeOf(instance, 'rq03') === 'strict' ? most : 24;
  return weeksOf(presences).flatMap((week) => {
    const [first] = week;
    const hours = weeklyHours(instance, week);
    const contract = week.find(({ contract }) => contract !== undefined)?.contract;
    if (first === undefined || contract === undefined) return [];
    const days = modeOf(instance, 'rq05') === 'strict' ? contract.days_worked : 7;
    const possible = week
      .filter(({ mayWork }) => mayWork)
      .map(({ from, to }) => Math.min(longest, ((to - from) * length) / 60))
      .toSorted((one, other) => other - one)
      .slice(0, days)
      .reduce((sum, hours) => sum + hours, 0);
    if (hours <= possible + 1e-9) return [];
    return [{ week: weekNumber(first.day.date), id_employee: first.employee.id, hours, possible }];
  });
};

/** Demand of days and hours at which the shop is closed, or that are not in the horizon. */
const outsideHours = (instance: Instance, days: readonly Day[]): object[] => {
  const byDate = new Map(days.map((day) => [day.date, day]));
  return instance.demand
    .filter(({ day, hour, demand }) => {
      const start = parseHour(hour);
      const open = byDate.get(day)?.open ?? [];
      return demand > 0 && !open.some((minute) => minute >= start && minute < start + 60);
    })
    .map(({ day, hour }) => ({ day, hour }));
};
