import type { Instance } from './data.ts';
import type { ModelBuilder, Term } from './model-builder.ts';
import type { DayChoices } from './patterns.ts';
import { modeOf, penaltyOf } from './rules.ts';
import { weeklyHours } from './staff.ts';

/** The rules that look at several days of one employee, given in order. */
export const addEmployeeRows = (
  instance: Instance,
  builder: ModelBuilder,
  days: readonly DayChoices[],
): void => {
  for (const { choices } of days) {
    if (choices.length > 1) builder.constrain(all(choices), { upper: 1 });
  }
  for (const week of Map.groupBy(days, ({ presence }) => presence.day.week).values()) {
    addHours(instance, builder, week);
    addDays(instance, builder, week);
  }
  for (const [index, day] of days.entries()) {
    const next = days[index + 1];
    if (next !== undefined) addRest(instance, builder, day, next);
  }
};

const all = (choices: DayChoices['choices']): Term[] => choices.map(({ variable }): Term => [variable, 1]);

/** rq02: the hours of the week. */
const addHours = (instance: Instance, builder: ModelBuilder, week: readonly DayChoices[]): void => {
  const mode = modeOf(instance, 'rq02');
  if (mode === 'deactivated' || week.every(({ presence }) => presence.contract === undefined)) return;
  const terms = week.flatMap(({ choices }) => choices).map(({ variable, hours }): Term => [variable, hours]);
  const hours = weeklyHours(
    instance,
    week.map(({ presence }) => presence),
  );
  if (mode === 'soft') {
    const cost = penaltyOf(instance, 'rq02');
    terms.push([builder.add('over', { cost }), -1], [builder.add('under', { cost }), 1]);
  }
  builder.constrain(terms, { lower: hours, upper: hours });
};

/** rq05: the days of the week. */
const addDays = (instance: Instance, builder: ModelBuilder, week: readonly DayChoices[]): void => {
  const mode = modeOf(instance, 'rq05');
  const contract = week.find(({ presence }) => presence.contract !== undefined)?.presence.contract;
  if (mode === 'deactivated' || contract === undefined) return;
  const terms = week.flatMap(({ choices }) => all(choices));
  if (mode === 'soft') terms.push([builder.add('days', { cost: penaltyOf(instance, 'rq05') }), -1]);
  builder.constrain(terms, { upper: contract.days_worked });
};

/** rq07: for each end of a day's work, whoever ends then or later does not begin too early on the next day. */
const addRest = (instance: Instance, builder: ModelBuilder, day: DayChoices, next: DayChoices): void => {
  const mode = modeOf(instance, 'rq07');
  if (mode === 'deactivated') return;
  const rest = instance.parameters.min_resting_hours * 60;
  let short: number | undefined;
  for (const end of new Set(day.choices.map(({ end }) => end))) {
    const early = next.choices.filter(({ start }) => start + 24 * 60 - end < rest);
    if (early.length === 0) continue;
    const terms = [...all(day.choices.filter((choice) => choice.end >= end)), ...all(early)];
    if (mode === 'soft') {
      short ??= builder.add('short', { cost: penaltyOf(instance, 'rq07') });
      terms.push([short, -1]);
    }
    builder.constrain(terms, { upper: 1 });
  }
};
