import {
  parseBrazilianDay,
  previousBusinessDay,
  toBrazilianDay,
  todayInSaoPaulo,
  type IsoDay,
} from '@dumont/contracts/calendar';
import { AppError } from '../../../kernel/errors.ts';

const firstName = 'data_inicial';
const lastName = 'data_final';

const readDay = (field: string, value: unknown): IsoDay | undefined => {
  if (value === undefined || value === null || value === '') return undefined;
  const day = typeof value === 'string' ? parseBrazilianDay(value) : undefined;
  if (day !== undefined) return day;
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  throw new AppError('period.invalid', { field, value: shown.slice(0, 40) });
};

/**
 * The dates that a pipeline declares, as `DD/MM/YYYY`; D-1 (the last business day before today in São Paulo) where
 * none is given. A period that is given by one end only is never reversed by the default of the other.
 * Throws `period.invalid`, `period.reversed` and `period.future`.
 */
export const resolveDates = (
  declared: readonly string[],
  given: Readonly<Record<string, unknown>>,
  now: Date,
): Readonly<Record<string, string>> => {
  const today = todayInSaoPaulo(now);
  const yesterday = previousBusinessDay(today);
  const days = new Map<string, IsoDay>();
  for (const name of declared) {
    const day = readDay(name, given[name]);
    if (day !== undefined) days.set(name, day);
  }
  if (declared.includes(firstName) && declared.includes(lastName)) {
    const first = days.get(firstName);
    const last = days.get(lastName);
    days.set(firstName, first ?? (last !== undefined && last < yesterday ? last : yesterday));
    days.set(lastName, last ?? (first !== undefined && first > yesterday ? first : yesterday));
  }
  const resolved = new Map(declared.map((name) => [name, days.get(name) ?? yesterday]));
  const first = resolved.get(firstName);
  const last = resolved.get(lastName);
  if (first !== undefined && last !== undefined && first > last) {
    throw new AppError('period.reversed', { start: toBrazilianDay(first), end: toBrazilianDay(last) });
  }
  if (first !== undefined && first > today) {
    throw new AppError('period.future', { start: toBrazilianDay(first) });
  }
  return Object.fromEntries([...resolved].map(([name, day]) => [name, toBrazilianDay(day)]));
};
