import type { Hours, Instance } from './data.ts';
import { modeOf } from './rules.ts';

/** A day of the horizon. */
export interface Day {
  readonly date: string;
  /** From 0, within the horizon. */
  readonly index: number;
  /** From 0, within the horizon. */
  readonly week: number;
  /** 1 is Monday. */
  readonly weekDay: number;
  /** Minutes of the day at which the open time slots begin, in order. */
  readonly open: readonly number[];
}

const millisecondsOfDay = 86_400_000;

/** Undefined for what is no date of the calendar. */
export const parseDate = (text: string): number | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || formatDate(time) !== text ? undefined : time;
};

const formatDate = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Minutes of the day; 24:00 is its end. */
export const parseHour = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
};

export const formatHour = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

export const slotName = (date: string, minute: number): string => `${date}T${formatHour(minute)}`;

/** The days of the horizon with their open time slots. Opening hours within a slot open all of it. */
export const readCalendar = (instance: Instance): Day[] => {
  const { horizon, starting_date: start } = instance.parameters;
  const first = parseDate(start) ?? 0;
  const closed =
    modeOf(instance, 'rq11') === 'deactivated'
      ? new Set<string>()
      : new Set((instance.store_holidays ?? []).map(({ day }) => day));
  return Array.from({ length: horizon * 7 }, (_, index) => {
    const time = first + index * millisecondsOfDay;
    const date = formatDate(time);
    const weekDay = weekDayOf(time);
    const exceptions = (instance.schedule_exceptions ?? []).filter((row) => row.date === date);
    const hours =
      exceptions.length > 0
        ? exceptions
        : instance.weekly_schedule.filter(({ week_day: day }) => day === weekDay);
    const open = closed.has(date) ? [] : openSlots(hours, instance.parameters.slot_length);
    return { date, index, week: Math.floor(index / 7), weekDay, open };
  });
};

const weekDayOf = (time: number): number => ((new Date(time).getUTCDay() + 6) % 7) + 1;

const openSlots = (hours: readonly Hours[], length: number): number[] => {
  const slots = new Set<number>();
  for (const { starting_hour: start, ending_hour: end } of hours) {
    for (let slot = Math.floor(parseHour(start) / length) * length; slot < parseHour(end); slot += length) {
      slots.add(slot);
    }
  }
  return [...slots].toSorted((one, other) => one - other);
};

/** ISO 8601 number of the week of a date. */
export const weekNumber = (date: string): number => {
  const time = parseDate(date) ?? 0;
  const thursday = time + (4 - weekDayOf(time)) * millisecondsOfDay;
  const newYear = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return Math.floor((thursday - newYear) / millisecondsOfDay / 7) + 1;
};
