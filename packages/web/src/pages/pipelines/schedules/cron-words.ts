import type { TFunction } from 'i18next';

const isNumber = (field: string): boolean => /^\d+$/.test(field);

const timeOf = (hour: string, minute: string): string =>
  `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;

/** The days of week that a field names, Sunday = 0, in order; undefined for what is not a list of days. */
const weekdaysOf = (field: string): number[] | undefined => {
  const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
  const dayOf = (text: string): number => {
    const named = names.indexOf(text.toLowerCase());
    if (named >= 0) return named;
    return /^[0-7]$/.test(text) ? Number(text) % 7 : Number.NaN;
  };
  const days = field.split(',').flatMap((item) => {
    const [from, to, more] = item.split('-');
    const first = dayOf(from ?? '');
    if (to === undefined) return [first];
    const last = dayOf(to);
    if (more !== undefined || !(first <= last)) return [Number.NaN];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return days.some(Number.isNaN) ? undefined : [...new Set(days)].toSorted((a, b) => a - b);
};

const weekdayName = (day: number, locale: string): string =>
  // 1 January 2023 was a Sunday.
  new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2023, 0, 1 + day));

/**
 * A cron expression in words, for the forms that people write; undefined for others, which the list of next fires
 * explains better than a sentence would.
 */
export const cronInWords = (cron: string, t: TFunction<'pipelines'>, locale: string): string | undefined => {
  const fields = cron.trim().split(/\s+/);
  if (fields.length === 6) {
    if (fields[0] !== '0') return undefined;
    fields.shift();
  }
  const [minute, hour, day, month, weekday] = fields;
  if (fields.length !== 5 || !minute || !hour || !day || !month || !weekday) return undefined;
  const anyDate = day === '*' && month === '*';

  if (anyDate && weekday === '*') {
    if (minute === '*' && hour === '*') return t('cron.everyMinute');
    const minutes = /^\*\/(\d+)$/.exec(minute)?.[1];
    if (minutes !== undefined && hour === '*') return t('cron.everyMinutes', { count: Number(minutes) });
    if (isNumber(minute) && hour === '*') return t('cron.hourly', { minute });
    const hours = /^\*\/(\d+)$/.exec(hour)?.[1];
    if (isNumber(minute) && hours !== undefined) {
      return t('cron.everyHours', { count: Number(hours), minute });
    }
  }
  if (!isNumber(minute) || !isNumber(hour)) return undefined;
  const time = timeOf(hour, minute);
  if (anyDate) {
    if (weekday === '*') return t('cron.daily', { time });
    const days = weekdaysOf(weekday);
    if (days === undefined) return undefined;
    if (days.join() === '1,2,3,4,5') return t('cron.weekdays', { time });
    const names = new Intl.ListFormat(locale).format(days.map((number) => weekdayName(number, locale)));
    return t('cron.weekly', { days: names, time });
  }
  if (weekday !== '*' || !isNumber(day)) return undefined;
  if (month === '*') return t('cron.monthly', { day, time });
  if (!isNumber(month)) return undefined;
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    Date.UTC(2024, Number(month) - 1, Number(day)),
  );
  return t('cron.yearly', { date, time });
};
