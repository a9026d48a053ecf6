import { addDays, weekday, type IsoDay } from './dates.ts';

/**
 * Days on which Brazilian banks are closed in the whole country (ANBIMA's calendar; Resolução CMN 4.880/2020):
 * fixed days by law, and days that move with Easter.
 */
const fixedHolidays = ['01-01', '04-21', '05-01', '09-07', '10-12', '11-02', '11-15', '12-25'];

/** Lei 14.759/2023 made it national; the first one was in 2024. */
const blackAwarenessDay = '11-20';
const blackAwarenessSince = 2024;

/** Carnival Monday and Tuesday, Good Friday, Corpus Christi. */
const daysFromEaster = [-48, -47, -2, 60];

/** Anonymous Gregorian algorithm (Meeus, Jones, Butcher). */
export function easterSunday(year: number): IsoDay {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  const day = (h + l - 7 * m + 33 * month + 19) % 32;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

const holidaysByYear = new Map<number, ReadonlySet<IsoDay>>();

export function bankHolidays(year: number): ReadonlySet<IsoDay> {
  const known = holidaysByYear.get(year);
  if (known) return known;
  const easter = easterSunday(year);
  const days = new Set([
    ...fixedHolidays.map((day) => `${year}-${day}`),
    ...daysFromEaster.map((offset) => addDays(easter, offset)),
  ]);
  if (year >= blackAwarenessSince) days.add(`${year}-${blackAwarenessDay}`);
  holidaysByYear.set(year, days);
  return days;
}

export function isBusinessDay(day: IsoDay): boolean {
  const number = weekday(day);
  return number !== 0 && number !== 6 && !bankHolidays(Number(day.slice(0, 4))).has(day);
}

/** D-1: the last business day before `day`. */
export function previousBusinessDay(day: IsoDay): IsoDay {
  let previous = addDays(day, -1);
  while (!isBusinessDay(previous)) previous = addDays(previous, -1);
  return previous;
}

/** Both ends included, in order. */
export function businessDaysBetween(from: IsoDay, to: IsoDay): IsoDay[] {
  const days: IsoDay[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) if (isBusinessDay(day)) days.push(day);
  return days;
}
