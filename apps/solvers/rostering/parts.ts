import type { Day } from './calendar.ts';
import type { Instance } from './data.ts';
import { modeOf } from './rules.ts';

/**
 * Days of the horizon by weeks that have to be planned together. Only the rest at night joins two weeks: where the place
 * closes early or opens late enough between them, or is closed for a day, each is a problem of its own.
 */
export const independentParts = (instance: Instance, days: readonly Day[]): Day[][] => {
  const parts: Day[][] = [];
  for (const day of days) {
    const last = parts.at(-1);
    const before = last?.at(-1);
    if (
      last !== undefined &&
      before !== undefined &&
      (before.week === day.week || isJoined(instance, before, day))
    )
      last.push(day);
    else parts.push([day]);
  }
  return parts;
};

const isJoined = (instance: Instance, before: Day, day: Day): boolean => {
  const { min_resting_hours: rest, slot_length: length } = instance.parameters;
  const last = before.open.at(-1);
  const first = day.open[0];
  if (modeOf(instance, 'rq07') === 'deactivated' || last === undefined || first === undefined) return false;
  return first + 24 * 60 - (last + length) < rest * 60;
};
