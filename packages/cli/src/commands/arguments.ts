import { parseBrazilianDay, parseIsoDay } from '@dumont/contracts/calendar';
import { parseCnpj } from '@dumont/contracts/cnpj';
import { priceOf } from '@dumont/contracts/storefront/price';
import { InvalidArgumentError } from 'commander';

/** Parsers of option values; what they refuse becomes one line and exit code 2. */

/** For an option that may be given again and again. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

export const wholeNumber =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    if (/^-?\d+$/.test(value) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`it must be a whole number from ${min} to ${max}`);
  };

/** `2`, `0.5` */
export const positiveNumber = (value: string): number => {
  if (/^\d+(\.\d+)?$/.test(value) && Number(value) > 0) return Number(value);
  throw new InvalidArgumentError('it must be a number above 0');
};

/** `0.95` of at most `most`. */
export const amountUpTo =
  (most: number) =>
  (value: string): number => {
    const amount = Number(value);
    if (/^\d+(\.\d+)?$/.test(value) && amount <= most) return amount;
    throw new InvalidArgumentError(`it must be a number from 0 to ${most}`);
  };

export const price = (value: string): string => {
  const found = priceOf(value);
  if (found === undefined) throw new InvalidArgumentError('it must be a price such as 24.90');
  return found;
};

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** `512M`, `4GiB`, `1073741824` */
export const byteSize = (value: string): number => {
  const [, amount = '', unit = ''] = /^(\d+)\s*([kmgt]?)(?:i?b)?$/i.exec(value) ?? [];
  const factor = byteUnits[unit.toLowerCase()];
  if (amount === '' || factor === undefined) {
    throw new InvalidArgumentError('it must be a size such as 512M or 4G');
  }
  return Number(amount) * factor;
};

const durationUnits: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** `90`, `90s`, `15min`, `2h`, `1d`: seconds. */
export const durationSeconds = (value: string): number => {
  const [, amount = '', unit = 's'] = /^(\d+)(s|m|min|h|d)?$/.exec(value) ?? [];
  const factor = durationUnits[unit];
  if (amount === '' || factor === undefined || Number(amount) === 0) {
    throw new InvalidArgumentError('it must be a duration such as 90s, 15min or 2h');
  }
  return Number(amount) * factor;
};

/** A day as `DD/MM/YYYY` or `YYYY-MM-DD`, answered as `YYYY-MM-DD`. A day that does not exist is refused. */
export const day = (value: string): string => {
  const found = parseBrazilianDay(value) ?? parseIsoDay(value);
  if (found !== undefined) return found;
  const looksLikeDay = /^(\d{2}\/\d{2}\/\d{4}|\d{4}-\d{2}-\d{2})$/.test(value);
  throw new InvalidArgumentError(
    looksLikeDay ? 'there is no such day' : 'it must be a date: DD/MM/YYYY or YYYY-MM-DD',
  );
};

/** A CNPJ with or without its signs, answered as fourteen characters. */
export const cnpj = (text: string): string => {
  const found = parseCnpj(text.toUpperCase());
  if (found !== undefined) return found;
  throw new InvalidArgumentError(
    'it must be a CNPJ with right check digits, such as 11.222.333/0001-81 or 12.ABC.345/01DE-35',
  );
};

export const collectCnpjs = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  cnpj(text),
];

const assignment = (text: string): readonly [name: string, value: string] => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('it must be written name=value');
  return [text.slice(0, at), text.slice(at + 1)];
};

export const collectAssignments = (
  text: string,
  before: readonly (readonly [string, string])[] = [],
): (readonly [string, string])[] => [...before, assignment(text)];
