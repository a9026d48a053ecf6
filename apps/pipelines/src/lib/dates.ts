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
