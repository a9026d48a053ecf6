import { Ajv, type Options } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Dialect } from './explain.ts';
import { isUnique } from './same-value.ts';
import { SchemaError } from './schema-error.ts';
import { isObject } from './spot.ts';

const classes = { 'draft-07': Ajv, '2019-09': Ajv2019, '2020-12': Ajv2020 } as const;

const metaSchemas: Readonly<Record<Dialect, string>> = {
  'draft-07': 'http://json-schema.org/draft-07/schema',
  '2019-09': 'https://json-schema.org/draft/2019-09/schema',
  '2020-12': 'https://json-schema.org/draft/2020-12/schema',
};

/** By `$schema`; whatever else that says, and nothing, is draft-07, as Cornflow takes all schemas. */
export const dialectOf = (schema: unknown): Dialect => {
  const name = isObject(schema) ? String(schema.$schema) : '';
  if (name.includes('2019-09')) return '2019-09';
  return name.includes('2020-12') ? '2020-12' : 'draft-07';
};

const optionsOf = (regExp?: NonNullable<Options['code']>['regExp']): Options => ({
  strict: false,
  // The schema is held against the one for schemas by ourselves: an unknown `$schema` must not be looked up.
  validateSchema: false,
  validateFormats: false,
  // Python knows NaN as a number and Infinity as no integer: what is refused for them is looked at again.
  strictNumbers: true,
  logger: false,
  ...(regExp === undefined ? {} : { code: { regExp } }),
});

const schemaValidators = new Map<Dialect, Ajv>();

const checkSchema = (schema: unknown, dialect: Dialect): void => {
  const ajv = schemaValidators.get(dialect) ?? new classes[dialect](optionsOf());
  // The same value twice in an `enum` does no harm, and Cornflow takes it.
  ajv.removeKeyword('uniqueItems');
  schemaValidators.set(dialect, ajv);
  if (ajv.validate(metaSchemas[dialect], schema)) return;
  const [error] = ajv.errors ?? [];
  const place = error?.instancePath === '' ? 'The schema' : `The schema at ${error?.instancePath}`;
  throw new SchemaError('invalid_schema', `${place} ${error?.message ?? 'is no schema'}`);
};

/** Says whether a value fits, and of one that does not the first thing that is wrong in its own words. */
export type Judge = (value: unknown) => { readonly path: string; readonly message: string } | undefined;

/** Throws what ajv throws where the schema is wrong, or refers to what is not in it: nothing is ever fetched. */
export const createJudge = (
  schema: unknown,
  dialect: Dialect,
  pattern: (pattern: string) => RegExp,
): Judge => {
  checkSchema(schema, dialect);
  const regExp = Object.assign((text: string) => pattern(text), { code: 'pattern' });
  const ajv = new classes[dialect](optionsOf(regExp));
  // `id` was the name of `$id` long ago: ajv would refuse it, Python ignores it.
  ajv.removeKeyword('id');
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    validate: (isAsked: unknown, items: readonly unknown[]) => isAsked !== true || isUnique(items),
  });
  const validate = ajv.compile(schema as object | boolean);
  return (value) => {
    if (validate(value)) return undefined;
    const [error] = validate.errors ?? [];
    return { path: error?.instancePath ?? '', message: error?.message ?? 'does not fit the schema' };
  };
};
