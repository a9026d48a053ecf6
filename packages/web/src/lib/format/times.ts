const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const steps = [
  [day * 365, 'year'],
  [day * 30, 'month'],
  [day, 'day'],
  [hour, 'hour'],
  [minute, 'minute'],
] as const;

/** `3 minutes ago`, `in 2 hours`, `now` (under five seconds). */
export const formatRelative = (at: string, nowMs: number, locale: string): string => {
  const seconds = (Date.parse(at) - nowMs) / 1000;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'narrow' });
  const distance = Math.abs(seconds);
  if (distance < 5) return format.format(0, 'second');
  for (const [size, unit] of steps) {
    if (distance >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(Math.round(seconds), 'second');
};

/** The moment itself in the browser's time zone, to the second, with the zone named. */
export const formatExact = (at: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(at));

/** `YYYY-MM-DD` as a date of the locale; a date has no time zone, so none is applied. */
export const formatDate = (
  date: string,
  locale: string,
  options: Intl.DateTimeFormatOptions = { dateStyle: 'medium' },
): string =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));

/** Time of day to the millisecond, as logs want it. */
export const formatLogTime = (at: string): string => {
  const date = new Date(at);
  const pad = (value: number, length = 2) => String(value).padStart(length, '0');
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
};

/** `850 ms`, `12.4 s`, `3 min 05 s`, `2 h 14 min`, `3 d 4 h`. Unit signs are international, so only digits vary. `wholeSeconds`: for what counts on. */
export const formatDuration = (
  seconds: number,
  locale: string,
  options: { readonly wholeSeconds?: boolean } = {},
): string => {
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
      value,
    );
  const pad = (value: number) => String(value).padStart(2, '0');
  if (options.wholeSeconds && seconds < minute) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 0.9995) return `${number(Math.max(0, seconds) * 1000, 0)} ms`;
  if (seconds < 59.95) return `${number(seconds, seconds < 9.995 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  if (whole < hour) return `${Math.floor(whole / minute)} min ${pad(whole % minute)} s`;
  if (whole < day) return `${Math.floor(whole / hour)} h ${pad(Math.floor((whole % hour) / minute))} min`;
  return `${Math.floor(whole / day)} d ${Math.floor((whole % day) / hour)} h`;
};
