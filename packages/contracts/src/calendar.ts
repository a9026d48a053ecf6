/** Calendar days, and the Brazilian bank calendar: what the server and the pipelines both count by. */

/** A calendar day as `YYYY-MM-DD`. Days have no time zone here: they are what the files print. */
export type IsoDay = string;
/** A month as `YYYYMM`, as the public file names carry it. */
export type MonthKey = string;

const dayMilliseconds = 86_400_000;

function isoDay(year: number, month: number, day: number): IsoDay | undefined {
  if (year < 1900 || month < 1 || month > 12 || day < 1) return undefined;
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day > lastDay) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Reads `DD/MM/YYYY`; undefined for anything else, also for a day that the calendar does not have. */
export function parseBrazilianDay(text: string): IsoDay | undefined {
  const match = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  return match ? isoDay(Number(match[3]), Number(match[2]), Number(match[1])) : undefined;
}

/** Reads `YYYY-MM-DD`; undefined for anything else, also for a day that the calendar does not have. */
export function parseIsoDay(text: string): IsoDay | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match ? isoDay(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
}

/** Reads `YYYYMMDD`. */
export function parseCompactDay(text: string): IsoDay | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  return match ? isoDay(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
}

export function toBrazilianDay(day: IsoDay): string {
  return `${day.slice(8, 10)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;
}

function utc(day: IsoDay): Date {
  return new Date(`${day}T00:00:00Z`);
}

export function addDays(day: IsoDay, days: number): IsoDay {
  return new Date(utc(day).getTime() + days * dayMilliseconds).toISOString().slice(0, 10);
}

/** 0 = Sunday. */
export function weekday(day: IsoDay): number {
  return utc(day).getUTCDay();
}

/** The day in São Paulo: files are published, and analysts start their runs, by that clock. */
export function todayInSaoPaulo(now: Date): IsoDay {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Sao_Paulo' }).format(now);
}

export function monthOf(day: IsoDay): MonthKey {
  return day.slice(0, 4) + day.slice(5, 7);
}

export function addMonths(month: MonthKey, months: number): MonthKey {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(4)) - 1 + months;
  return `${Math.floor(index / 12)}${String((index % 12) + 1).padStart(2, '0')}`;
}

export function firstDayOf(month: MonthKey): IsoDay {
  return `${month.slice(0, 4)}-${month.slice(4)}-01`;
}

export function lastDayOf(month: MonthKey): IsoDay {
  return addDays(firstDayOf(addMonths(month, 1)), -1);
}

/** Both ends included, in order. */
export function monthsBetween(from: IsoDay, to: IsoDay): MonthKey[] {
  const months: MonthKey[] = [];
  for (let month = monthOf(from); month <= monthOf(to); month = addMonths(month, 1)) months.push(month);
  return months;
}

/** `10/2025`, as a person writes it. */
export function toMonthText(month: MonthKey): string {
  return `${month.slice(4)}/${month.slice(0, 4)}`;
}

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
