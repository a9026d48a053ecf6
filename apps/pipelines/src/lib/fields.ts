import { parseIsoDay } from '@dumont/contracts/calendar';
import { parseCnpj } from '@dumont/contracts/cnpj';

/** What a column holds. `quota` is a number that fits numeric(27,12); `flag` and `text` are kept as they are. */
export type FieldKind = 'cnpj' | 'document' | 'date' | 'number' | 'quota' | 'integer' | 'text';

/** Takes a non-empty field to its value for the database; undefined when it is not one. */
export type FieldParser = (raw: string) => string | undefined;

const numberShape = /^[+-]?(?:\d{1,40}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?$/;
const quotaShape = /^[+-]?(?:\d{1,15}(?:\.\d{0,30})?|\.\d{1,30})$/;
const integerShape = /^[+-]?\d{1,15}$/;
const integerWithZeros = /^([+-]?\d{1,15})\.0*$/;

/** CNPJ or CPF of a counterparty: 14 or 11 characters. Publishers do not check them, so neither do we. */
function parseDocument(raw: string): string | undefined {
  const bare = raw.replaceAll(/[.\-/ ]/g, '').toUpperCase();
  return /^[0-9A-Z]{1,20}$/.test(bare) ? bare : undefined;
}

/** The rows of a file come in runs of the same fund and day: remembering the last answer saves most of the work. */
function remembering(parse: FieldParser): FieldParser {
  let lastRaw: string | undefined;
  let last: string | undefined;
  return (raw) => {
    if (raw !== lastRaw) {
      last = parse(raw);
      lastRaw = raw;
    }
    return last;
  };
}

const parseWith = (shape: RegExp) => (raw: string) => {
  if (shape.test(raw)) return raw;
  const trimmed = raw.trim();
  return shape.test(trimmed) ? trimmed : undefined;
};

/** `1234.0` is how some exports print an integer. */
function parseInteger(raw: string): string | undefined {
  const trimmed = raw.trim();
  return integerShape.test(trimmed) ? trimmed : integerWithZeros.exec(trimmed)?.[1];
}

export function createFieldParser(kind: FieldKind): FieldParser {
  switch (kind) {
    case 'cnpj':
      return remembering((raw) => parseCnpj(raw.trim()));
    case 'document':
      return remembering(parseDocument);
    case 'date':
      return remembering((raw) => parseIsoDay(raw.trim()));
    case 'number':
      return parseWith(numberShape);
    case 'quota':
      return parseWith(quotaShape);
    case 'integer':
      return parseInteger;
    case 'text':
      return (raw) => (raw.includes('\u0000') ? undefined : raw.trim());
  }
}

export const kindTexts: Readonly<Record<FieldKind, string>> = {
  cnpj: 'a CNPJ with right check digits',
  document: 'a CNPJ or CPF',
  date: 'a day of the calendar (YYYY-MM-DD)',
  number: 'a number with a decimal point',
  quota: 'a number with a decimal point, below 10^15',
  integer: 'an integer',
  text: 'a text',
};
