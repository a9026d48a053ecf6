import { readAttendance, slotsOf } from './attendance.ts';
import { brokenRules } from './broken-rules.ts';
import { slotName, weekNumber } from './calendar.ts';
import type { Instance, Solution } from './data.ts';
import { penaltyOf, rules } from './rules.ts';
import { objective, sharedDemand, softBreaks } from './solution-checks.ts';
import { weeklyHours, weeksOf } from './staff.ts';

/** Tables of figures; see `schemas/kpis.json`. */
export const kpis = (instance: Instance, solution: Solution): Record<string, object[]> => {
  const attendances = readAttendance(instance, solution);
  const slots = slotsOf(attendances);
  const shared = sharedDemand(instance, slots);
  const demands = shared.map(({ demand }) => demand);
  const alone = slots.filter(({ present }) => present.length === 1);
  return {
    mean_demand_per_employee: shared.map(({ slot, demand }) => ({
      time_slot: slotName(slot.day.date, slot.minute),
      mean_demand: demand,
      employees: slot.present.length,
    })),
    one_employee_timeslots: alone.map(({ day, minute }) => ({ time_slot: slotName(day.date, minute) })),
    employees: attendances.flatMap((days) =>
      weeksOf(days).flatMap((week) =>
        week.slice(0, 1).map(({ employee, day }) => ({
          id_employee: employee.id,
          week: weekNumber(day.date),
          hours: week.reduce((sum, { hours }) => sum + hours, 0),
          hours_asked: weeklyHours(instance, week),
          days: week.filter(({ hours }) => hours > 0).length,
        })),
      ),
    ),
    soft_rules: [
      ...Map.groupBy(softBreaks(instance, brokenRules(instance, attendances, slots)), ({ rule }) => rule),
    ].map(([rule, breaks]) => {
      const amount = breaks.reduce((sum, { amount }) => sum + amount, 0);
      return { requirement: rule, unit: rules[rule], amount, penalty: amount * penaltyOf(instance, rule) };
    }),
    globals:
      slots.length === 0
        ? []
        : [
            {
              objective_function: objective(instance, solution),
              only_one_employee_percentage: (100 * alone.length) / slots.length,
              mean_demand: demands.reduce((sum, demand) => sum + demand, 0) / slots.length,
              max_demand: demands.reduce((most, demand) => Math.max(most, demand), 0),
              min_demand: demands.reduce(
                (least, demand) => Math.min(least, demand),
                Number.POSITIVE_INFINITY,
              ),
            },
          ],
  };
};
