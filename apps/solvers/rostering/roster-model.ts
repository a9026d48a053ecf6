import type { Model } from '../src/lib/mip.ts';
import { type Day, slotName } from './calendar.ts';
import type { Instance, Solution } from './data.ts';
import { addCoverage } from './coverage-rows.ts';
import { addEmployeeRows } from './employee-rows.ts';
import { readDemands } from './demand.ts';
import { createModelBuilder } from './model-builder.ts';
import { type DayChoices, patternsOf } from './patterns.ts';
import { readStaff } from './staff.ts';

export interface RosterModel {
  readonly model: Model;
  /** By employee, then by day. */
  readonly roster: readonly (readonly DayChoices[])[];
}

/**
 * The roster of some weeks in a row. A pattern of time slots without a break is chosen for each employee and day, or none. Rules of one day are in which
 * patterns there are and what they cost, the others are constraints. Set-covering models of this kind go back to Dantzig
 * (A comment on Edie's "Traffic delays at toll booths", Operations Research 2, 1954).
 */
export const rosterModel = (instance: Instance, days: readonly Day[]): RosterModel => {
  const builder = createModelBuilder();
  const demands = readDemands(instance);
  const roster = readStaff(instance, days).map((presences) =>
    presences.map((presence) => ({
      presence,
      choices: patternsOf(instance, presence).map((pattern) => ({
        ...pattern,
        variable: builder.add('x', { upper: 1, integer: true, cost: pattern.cost }),
      })),
    })),
  );
  for (const employee of roster) addEmployeeRows(instance, builder, employee);
  for (const [position, day] of days.entries()) {
    const present = roster.map((employee) => employee[position]).filter((choices) => choices !== undefined);
    addCoverage(instance, builder, demands, day, present);
  }
  return { model: builder.build(), roster };
};

export const solutionOf = ({ roster }: RosterModel, values: readonly number[]): Solution => ({
  works: roster
    .flat()
    .flatMap(({ presence: { employee, day }, choices }) =>
      choices
        .filter(({ variable }) => (values[variable] ?? 0) > 0.5)
        .flatMap(({ from, to }) =>
          day.open
            .slice(from, to)
            .map((minute) => ({ id_employee: employee.id, time_slot: slotName(day.date, minute) })),
        ),
    ),
});
