import type { Day } from './calendar.ts';
import type { Instance } from './data.ts';
import type { Demands } from './demand.ts';
import type { ModelBuilder, Term } from './model-builder.ts';
import type { DayChoices } from './patterns.ts';
import { modeOf, penaltyOf, type Rule } from './rules.ts';
import { isManager } from './staff.ts';

/** What is asked of those together who are there on a day. */
export const addCoverage = (
  instance: Instance,
  builder: ModelBuilder,
  { demandAt, skillsAt }: Demands,
  day: Day,
  present: readonly DayChoices[],
): void => {
  const managers = present.filter(({ presence }) => isManager(presence.employee));
  for (const [position, minute] of day.open.entries()) {
    addPeople(builder, present, position, demandAt(day, minute));
    addWanted(instance, builder, 'rq08', covering(managers, position), 1);
    for (const { demand, skilled } of skillsAt(day, minute)) {
      const able = present.filter(({ presence }) => skilled.has(presence.employee.id));
      addWanted(instance, builder, 'rq09', covering(able, position), demand);
    }
  }
};

const covering = (present: readonly DayChoices[], position: number): Term[] =>
  present.flatMap(({ choices }) =>
    choices
      .filter(({ from, to }) => from <= position && position < to)
      .map(({ variable }): Term => [variable, 1]),
  );

/**
 * rq01: somebody is there. With k people each has demand / k to do, which is convex in k: the second person is worth
 * more than the third, so a step for each is taken in the right order without whole numbers.
 */
const addPeople = (
  builder: ModelBuilder,
  present: readonly DayChoices[],
  position: number,
  demand: number,
): void => {
  const terms = covering(present, position);
  builder.addFixed(demand);
  if (demand <= 0) {
    builder.constrain(terms, { lower: 1 });
    return;
  }
  for (let people = 2; people <= present.length; people++) {
    const cost = demand / people - demand / (people - 1);
    terms.push([builder.add('person', { upper: 1, cost }), -1]);
  }
  builder.constrain(terms, { lower: 1, upper: 1 });
};

const addWanted = (
  instance: Instance,
  builder: ModelBuilder,
  rule: Rule,
  terms: readonly Term[],
  wanted: number,
): void => {
  const mode = modeOf(instance, rule);
  if (mode === 'deactivated') return;
  const missing: Term[] =
    mode === 'soft' ? [[builder.add('missing', { upper: wanted, cost: penaltyOf(instance, rule) }), 1]] : [];
  builder.constrain([...terms, ...missing], { lower: wanted });
};
