import { Ajv, type ErrorObject } from 'ajv';

/** JSON Schema draft-07, as far as it is looked into here; Cornflow's own words in it (`is_warning`, `show`) are left alone. */
export interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly default?: unknown;
  readonly [word: string]: unknown;
}

/** What is wrong with a document of that name, in one line; undefined when nothing is. */
export type Validate = (document: unknown, name: string) => string | undefined;

export const compileSchema = (schema: JsonSchema): Validate => {
  // `verbose` gives the value; one error is enough to name, and a large document could have millions.
  const ajv = new Ajv({ strict: false, verbose: true, validateFormats: false, logger: false });
  const validate = ajv.compile(schema);
  return (document, name) => {
    if (validate(document)) return undefined;
    const [error] = validate.errors ?? [];
    return error === undefined ? `${name} is not after its schema` : problemOf(error, name);
  };
};

/** `instance: table "arcs", row 3, key "w": must be number (it is "far")`; rows count from 1. */
const problemOf = (error: ErrorObject, name: string): string => {
  const path = error.instancePath.split('/').slice(1).map(unescaped);
  const place = placeOf(path);
  const rule = ruleOf(error);
  const value =
    error.keyword === 'required' || error.keyword === 'additionalProperties' ? undefined : error.data;
  const shown = value === undefined ? '' : ` (it is ${shortJson(value)})`;
  return `${name}: ${place === '' ? '' : `${place}: `}${rule}${shown}`;
};

const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');

const placeOf = ([table, row, ...keys]: readonly string[]): string => {
  if (table === undefined) return '';
  if (row === undefined) return `table "${table}"`;
  if (!/^\d+$/.test(row)) return `"${[table, row, ...keys].join('.')}"`;
  const place = `table "${table}", row ${Number(row) + 1}`;
  return keys.length === 0 ? place : `${place}, key "${keys.join('.')}"`;
};

const ruleOf = ({ keyword, params, message = 'is not after the schema' }: ErrorObject): string => {
  if (keyword === 'additionalProperties')
    return `must not have the key "${(params as { additionalProperty: string }).additionalProperty}"`;
  if (keyword === 'required')
    return `must have the key "${(params as { missingProperty: string }).missingProperty}"`;
  if (keyword === 'enum')
    return `must be one of ${(params as { allowedValues: readonly unknown[] }).allowedValues.map((value) => JSON.stringify(value)).join(', ')}`;
  return message;
};

const shortJson = (value: unknown): string => {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77).toWellFormed()}...` : text;
};
