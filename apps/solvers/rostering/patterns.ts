import { parseHour } from './calendar.ts';
import type { Instance } from './data.ts';
import { modeOf, penaltyOf, type Rule } from './rules.ts';
import type { Presence } from './staff.ts';

/** One way in which an employee may work on a day: the open time slots `from` to before `to`, without a break. */
export interface Pattern {
  readonly from: number;
  readonly to: number;
  readonly hours: number;
  /** Minutes of the day. */
  readonly start: number;
  readonly end: number;
  /** Penalties of the soft rules that look at one day of one employee. */
  readonly cost: number;
}

/** A pattern that may be chosen, and the variable that says so. */
export interface Choice extends Pattern {
  readonly variable: number;
}

/** What an employee may choose from on a day. */
export interface DayChoices {
  readonly presence: Presence;
  readonly choices: readonly Choice[];
}

/** All patterns that break no strict rule of their own. */
export const patternsOf = (instance: Instance, presence: Presence): Pattern[] => {
  if (!presence.mayWork) return [];
  const { open } = presence.day;
  const { slot_length: length } = instance.parameters;
  const patterns: Pattern[] = [];
  for (let { from } = presence; from < presence.to; from++) {
    for (let to = from + 1; to <= presence.to; to++) {
      const start = open[from] ?? 0;
      const end = (open[to - 1] ?? 0) + length;
      const hours = ((to - from) * length) / 60;
      const cost = costOf(instance, presence, hours, start);
      if (Number.isFinite(cost)) patterns.push({ from, to, hours, start, end, cost });
    }
  }
  return patterns;
};

/** Infinity when a strict rule is broken. */
const costOf = (instance: Instance, presence: Presence, hours: number, start: number): number => {
  const { parameters } = instance;
  const { preference } = presence;
  const price = (rule: Rule, amount: number): number => {
    const mode = modeOf(instance, rule);
    if (amount <= 0 || mode === 'deactivated') return 0;
    return mode === 'strict' ? Number.POSITIVE_INFINITY : amount * penaltyOf(instance, rule);
  };
  const wishedStart = preference?.start;
  const slot = parameters.slot_length;
  const startsElsewhere =
    wishedStart !== undefined && Math.floor(parseHour(wishedStart) / slot) * slot !== start;
  return (
    price('rq03', hours - (parameters.max_working_hours ?? 24)) +
    price('rq06', parameters.min_working_hours - hours) +
    price('rq10', presence.isOnHoliday ? 1 : 0) +
    price('rq13', startsElsewhere ? 1 : 0) +
    price('rq14', hours - (preference?.hours ?? 24)) +
    price('rq15', presence.isFree ? 1 : 0)
  );
};
