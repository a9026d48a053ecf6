import fc from 'fast-check';
import { z } from 'zod';
import { addresses, dates, nastyValues, samplesByName } from './samples.ts';

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
}

/** What else is known of values: ids of objects that are there, and what must stay harmless. */
export interface Knowledge {
  readonly ids: readonly string[];
  /** Arbitraries by the name of a field, instead of what its schema says. */
  readonly fields: Readonly<Record<string, fc.Arbitrary<unknown>>>;
}

/** Random longer texts say nothing that these do not. */
const longestRandom = 40;
/** Documents may be far longer: many of them at once say more of the memory of the test than of the server. */
const longestWhole = 1_000_000;

const texts = (schema: JsonSchema): fc.Arbitrary<string> => {
  const { minLength = 0, maxLength = 1_000 } = schema;
  if (schema.pattern !== undefined) {
    try {
      return fc.stringMatching(new RegExp(schema.pattern, 'u'), { maxLength: Math.min(maxLength, 60) });
    } catch {
      // A pattern that the generator does not speak: any text, nearly always refused.
    }
  }
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, longestRandom)) }),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength, maxLength: Math.max(minLength, 12) }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('x'.repeat(minLength), 'é'.repeat(Math.min(maxLength, longestWhole))),
    },
  );
};

const textFor = (schema: JsonSchema, name: string, known: Knowledge): fc.Arbitrary<unknown> => {
  if (schema.format === 'uuid') {
    const random = fc.uuid();
    return known.ids.length === 0 ? random : fc.oneof(fc.constantFrom(...known.ids), random);
  }
  if (schema.format === 'date') return fc.constantFrom(...dates);
  if (schema.format === 'uri') return fc.constantFrom(...addresses);
  if (schema.format === 'email') return fc.emailAddress();
  const samples = samplesByName[name];
  return samples === undefined ? texts(schema) : fc.oneof(fc.constantFrom(...samples), texts(schema));
};

const numberFor = (schema: JsonSchema): fc.Arbitrary<number> => {
  const isInteger = schema.type === 'integer';
  const min = schema.minimum ?? schema.exclusiveMinimum ?? -1_000_000;
  const max = schema.maximum ?? 1_000_000_000;
  const clip = (value: number): number =>
    Math.max(Number.MIN_SAFE_INTEGER, Math.min(value, Number.MAX_SAFE_INTEGER));
  const bounds = { min: clip(min), max: clip(max) };
  return fc.oneof(
    isInteger ? fc.integer(bounds) : fc.double({ ...bounds, noNaN: true }),
    fc.constantFrom(bounds.min, bounds.max),
  );
};

const objectFor = (
  schema: JsonSchema,
  name: string,
  known: Knowledge,
  definitions: Readonly<Record<string, JsonSchema>>,
): fc.Arbitrary<unknown> => {
  const fields = Object.entries(schema.properties ?? {}).map(
    ([key, field]) => [key, valueFor(field, key, known, definitions)] as const,
  );
  const fixed = fc.record(Object.fromEntries(fields), {
    requiredKeys: [...(schema.required ?? [])],
    noNullPrototype: true,
  });
  if (typeof schema.additionalProperties !== 'object') return fixed;
  const keys = valueFor(schema.propertyNames ?? { type: 'string', maxLength: 64 }, name, known, definitions);
  const open = fc.dictionary(
    keys.map(String),
    valueFor(schema.additionalProperties, name, known, definitions),
    { maxKeys: 4, noNullPrototype: true },
  );
  return fc.tuple(open, fixed).map(([more, own]) => ({ ...more, ...own }));
};

/** Values that the schema allows, as far as JSON Schema tells. */
const valueFor = (
  schema: JsonSchema,
  name: string,
  known: Knowledge,
  definitions: Readonly<Record<string, JsonSchema>>,
): fc.Arbitrary<unknown> => {
  const field = known.fields[name];
  if (field !== undefined) return field;
  if (schema.$ref !== undefined) {
    const target = definitions[schema.$ref.replace('#/$defs/', '')];
    // JSON itself is the one schema that refers to itself.
    return target === undefined || JSON.stringify(target).includes(schema.$ref)
      ? fc.jsonValue({ maxDepth: 3 })
      : valueFor(target, name, known, definitions);
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined)
    return fc.oneof(...choices.map((choice) => valueFor(choice, name, known, definitions)));
  switch (schema.type) {
    case 'string':
      return textFor(schema, name, known);
    case 'integer':
    case 'number':
      return numberFor(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valueFor(schema.items ?? {}, name, known, definitions), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? 5, 5)),
      });
    case 'object':
      return objectFor(schema, name, known, definitions);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
};

export const fromSchema = (schema: z.ZodType, known: Knowledge): fc.Arbitrary<unknown> => {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return valueFor(json, '', known, json.$defs ?? {});
};

type Path = readonly (string | number)[];

const pathsOf = (value: unknown, path: Path = []): Path[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Array.isArray(value)
    ? value.flatMap((item: unknown, at) => pathsOf(item, [...path, at]))
    : Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]));
  return [path, ...inside];
};

const changeAt = (value: unknown, path: Path, change: (old: unknown) => unknown): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item: unknown, at) => (at === key ? changeAt(item, rest, change) : item));
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([name, item]) => [
      name,
      name === key ? changeAt(item, rest, change) : item,
    ]),
  );
};

const withKey = (old: unknown, key: string, value: unknown): unknown =>
  typeof old === 'object' && old !== null && !Array.isArray(old)
    ? // An own property even for `__proto__`, as JSON.parse makes it.
      Object.fromEntries([...Object.entries(old), [key, value]])
    : { [key]: old };

/** One place of a value that is nearly right: another type, a key too many, a key gone, wrapped. */
export const spoilt = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      good,
      fc.nat(),
      fc.constantFrom(...nastyValues),
      fc.constantFrom('replace', 'replace', 'replace', 'add', 'pollute', 'remove', 'wrap'),
    )
    .map(([value, at, nasty, how]) => {
      const paths = pathsOf(value);
      const path = paths[at % paths.length] ?? [];
      return changeAt(value, path, (old) => {
        switch (how) {
          case 'add':
            return withKey(old, 'unknown', nasty);
          case 'pollute':
            return withKey(old, '__proto__', { isAdmin: true });
          case 'remove':
            return undefined;
          case 'wrap':
            return [old];
          default:
            return nasty;
        }
      });
    });
