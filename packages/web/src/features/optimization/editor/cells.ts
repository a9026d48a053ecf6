import { Figure, figureOf, parseFigures } from '../../../lib/exact-json.ts';
import { isObject, type Fields } from '../document-tables.ts';
import { kindOf, type FieldKind } from '../schema-kind.ts';
import { descriptionOf, titleOf } from '../schema-titles.ts';

/** What may stand in a cell, after the schema of the app. */
export interface CellRule {
  readonly name: string;
  /** What the app calls it. */
  readonly label: string;
  readonly description: string | undefined;
  /** `json`: what no single control is for: lists, objects, values of several types. */
  readonly kind: FieldKind | 'json';
  readonly choices: readonly string[];
  readonly isRequired: boolean;
  readonly isNullable: boolean;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

const numberIn = (schema: Fields, name: string): number | undefined =>
  typeof schema[name] === 'number' ? schema[name] : undefined;

export const ruleOf = (name: string, schema: unknown, isRequired: boolean): CellRule => {
  const fields = isObject(schema) ? schema : {};
  const kind = kindOf(fields) ?? 'json';
  return {
    name,
    label: titleOf(fields, name),
    description: descriptionOf(fields),
    kind,
    choices: kind === 'choice' ? (fields['enum'] as readonly string[]) : [],
    isRequired,
    isNullable: Array.isArray(fields['type']) && fields['type'].includes('null'),
    min: numberIn(fields, 'minimum'),
    max: numberIn(fields, 'maximum'),
  };
};

/** What a cell shows and what one types there; empty where the row has none. */
export const textIn = (value: unknown): string => {
  if (value === undefined) return '';
  if (value instanceof Figure) return value.source;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const numberForm = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
/** As spreadsheets write it where a comma stands before the decimals. */
const commaForm = /^-?\d+,\d+$/;

const numberOf = (text: string): number | Figure | undefined => {
  const plain = commaForm.test(text) ? text.replace(',', '.') : text;
  return numberForm.test(plain) ? figureOf(plain) : undefined;
};

const jsonOf = (text: string): unknown => {
  try {
    return parseFigures(text);
  } catch {
    return text;
  }
};

/** What is meant by `typed`; undefined takes the value away. What is not understood stays as it was typed: `problemIn` says why. */
export const valueOf = ({ kind, isRequired, isNullable }: CellRule, typed: string): unknown => {
  const text = kind === 'text' ? typed : typed.trim();
  if (text === '') return kind === 'text' && isRequired ? '' : undefined;
  if (isNullable && text === 'null') return null;
  if (kind === 'number' || kind === 'integer') return numberOf(text) ?? text;
  if (kind === 'boolean') {
    const said = text.toLowerCase();
    return said === 'true' || said === 'false' ? said === 'true' : text;
  }
  return kind === 'json' ? jsonOf(text) : text;
};

export type CellProblem =
  | 'required'
  | 'number'
  | 'integer'
  | 'least'
  | 'most'
  | 'boolean'
  | 'choice'
  | 'text';

/** What is wrong with a value as far as can be told here; the server checks the rest of the schema. */
export const problemIn = (rule: CellRule, value: unknown): CellProblem | undefined => {
  const { kind, min, max } = rule;
  if (value === undefined) return rule.isRequired ? 'required' : undefined;
  if (value === null && rule.isNullable) return undefined;
  if (kind === 'number' || kind === 'integer') {
    if (typeof value !== 'number' && !(value instanceof Figure)) return 'number';
    const size = Number(textIn(value));
    if (kind === 'integer' && !Number.isInteger(size)) return 'integer';
    if (min !== undefined && size < min) return 'least';
    return max !== undefined && size > max ? 'most' : undefined;
  }
  if (kind === 'boolean') return typeof value === 'boolean' ? undefined : 'boolean';
  if (kind === 'choice') return rule.choices.includes(value as string) ? undefined : 'choice';
  return kind === 'text' && typeof value !== 'string' ? 'text' : undefined;
};
