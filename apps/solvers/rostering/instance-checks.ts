import type { Findings } from '../src/lib/app.ts';
import { checkReferences } from './check-references.ts';
import { checkPossible } from './check-possible.ts';
import { checkTimes } from './check-times.ts';
import type { Instance } from './data.ts';
import { modeOf, type Rule, rules } from './rules.ts';

/** Faults of the data by table; see `schemas/instance_checks.json`. */
export const checkInstance = (instance: Instance): Findings => {
  const times = checkTimes(instance);
  const basics = { ...checkReferences(instance), ...times, penalties: withoutPenalty(instance) };
  // Without dates there is no calendar, and without its slots nothing can be said of what is possible.
  const isReadable = [times.dates, times.hours_order, times.timeslot_length].every(
    (rows) => rows?.length === 0,
  );
  return isReadable ? { ...basics, ...checkPossible(instance) } : basics;
};

const withoutPenalty = (instance: Instance): object[] =>
  (Object.keys(rules) as Rule[])
    .filter((rule) => modeOf(instance, rule) === 'soft' && instance.penalties?.[rule] === undefined)
    .map((requirement) => ({ requirement }));
