import { parseIsoDay } from '@dumont/contracts/calendar';

/** What a column holds. `quota` is a number that fits numeric(27,12); `flag` and `text` are kept as they are. */
export type FieldKind = 'cnpj' | 'document' | 'date' | 'number' | 'quota' | 'integer' | 'text';

/** Takes a non-empty field to its value for the database; undefined when it is not one. */
export type FieldParser = (raw: string) => string | undefined;

const numberShape = /^[+-]?(?:\d{1,40}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?$/;
const quotaShape = /^[+-]?(?:\d{1,15}(?:\.\d{0,30})?|\.\d{1,30})$/;
const integerShape = /^[+-]?\d{1,15}$/;
const integerWithZeros = /^([+-]?\d{1,15})\.0*$/;

const firstWeights = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
const secondWeights = [6, ...firstWeights];

function checkDigit(cnpj: string, weights: readonly number[]): number {
  // Since 2026 the first twelve may be letters; each counts as its character code minus 48 (IN RFB 2.229/2024).
  const sum = weights.reduce((total, weight, index) => total + (cnpj.charCodeAt(index) - 48) * weight, 0);
  const remainder = sum % 11;
  return remainder < 2 ? 0 : 11 - remainder;
}

/** Takes `00.017.024/0001-53` and `00017024000153` to 14 characters; undefined when shape or check digits are wrong. */
export function parseCnpj(raw: string): string | undefined {
  const bare = raw.length === 14 ? raw : raw.replaceAll(/[.\-/ ]/g, '');
  if (!/^[0-9A-Z]{12}\d{2}$/.test(bare)) return undefined;
  const digits = checkDigit(bare, firstWeights) * 10 + checkDigit(bare, secondWeights);
  return digits === Number(bare.slice(12)) ? bare : undefined;
}

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
