import { kindOf, membersOf, pythonRepr, type JsonDocument } from '../optimization/index.ts';
import { DoorError } from './door.ts';
import { parseMoment, type Moment } from './objects/naive-time.ts';

/** What was given for a field: a node of the body, or a text of the query or a form. */
type Given = JsonDocument | string | undefined;

/** What values are called where fields are described. */
type TypeName = 'string' | 'integer' | 'number' | 'boolean' | 'datetime' | 'json';

export interface FieldShape {
  readonly type: TypeName;
  readonly required: boolean;
  readonly nullable: boolean;
}

/** Reads what was given, or throws a `Fault`. */
export type Field<T> = ((given: Given) => T) & { readonly shape: FieldShape };

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type ValuesOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

type Place = 'json' | 'query' | 'form';

/** Why a field is refused, in marshmallow's words. */
class Fault extends Error {}

/** A kind of value, from what JSON made of it or from the text of a query. */
type Read<T> = (value: unknown, given: JsonDocument | string) => T;
export type Kind<T> = Read<T> & { readonly type: TypeName };

export const kind = <T>(type: TypeName, read: Read<T>): Kind<T> => Object.assign(read, { type });

export const text = kind<string>('string', (value) => {
  if (typeof value !== 'string') throw new Fault('Not a valid string.');
  // PostgreSQL's text can hold neither.
  if (value.includes('\u0000') || !value.isWellFormed()) throw new Fault('Not a valid string.');
  return value;
});

export const oneOf = <T extends string>(...choices: readonly T[]): Kind<T> =>
  kind('string', (value, given) => {
    const found = choices.find((choice) => choice === text(value, given));
    if (found === undefined) throw new Fault(`Must be one of: ${choices.join(', ')}.`);
    return found;
  });

/** As marshmallow, which also takes digits as text and cuts off fractions. */
export const integer = kind<number>('integer', (value) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const isWhole = typeof value !== 'string' || Number.isInteger(number);
  if (typeof number !== 'number' || !isWhole || !Number.isSafeInteger(Math.trunc(number))) {
    throw new Fault('Not a valid integer.');
  }
  return Math.trunc(number);
});

export const natural = kind<number>('integer', (value, given) => {
  const number = integer(value, given);
  if (number < 0) throw new Fault('Must be greater than or equal to 0.');
  return number;
});

export const decimal = kind<number>('number', (value) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) throw new Fault('Not a valid number.');
  if (!Number.isFinite(number))
    throw new Fault('Special numeric values (nan or infinity) are not permitted.');
  return number;
});

const yes = new Set<unknown>([
  't',
  'T',
  'true',
  'True',
  'TRUE',
  'on',
  'On',
  'ON',
  'y',
  'Y',
  'yes',
  '1',
  1,
  true,
]);
const no = new Set<unknown>([
  'f',
  'F',
  'false',
  'False',
  'FALSE',
  'off',
  'Off',
  'OFF',
  'n',
  'N',
  'no',
  '0',
  0,
  false,
]);

export const flag = kind<boolean>('boolean', (value) => {
  if (yes.has(value)) return true;
  if (no.has(value)) return false;
  throw new Fault('Not a valid boolean.');
});

export const moment = kind<Moment>('datetime', (value) => {
  const found = typeof value === 'string' ? parseMoment(value) : undefined;
  if (found === undefined) throw new Fault('Not a valid datetime.');
  return found;
});

/** Any JSON, without loss. */
export const document = kind<JsonDocument>('json', (_value, given) => {
  if (typeof given === 'string') throw new TypeError('A query holds no document.');
  return given;
});

const isNull = (given: Given): boolean =>
  typeof given === 'object' && kindOf(given.tape, given.root) === 'scalar' && given.text === 'null';
/** What is below a document is not read: it may be tens of megabytes. */
const readGiven = <T>(of: Kind<T>, given: JsonDocument | string): T =>
  of(typeof given === 'string' ? given : of.type === 'json' ? undefined : given.value(), given);
const demandValue = <T>(of: Kind<T>, given: JsonDocument | string): T => {
  if (isNull(given)) throw new Fault('Field may not be null.');
  return readGiven(of, given);
};
const fieldOf = <T>(read: (given: Given) => T, shape: FieldShape): Field<T> => Object.assign(read, { shape });

export const optional = <T>(of: Kind<T>): Field<T | undefined> =>
  fieldOf((given) => (given === undefined ? undefined : demandValue(of, given)), {
    type: of.type,
    required: false,
    nullable: false,
  });

export const nullable = <T>(of: Kind<T>): Field<T | null | undefined> =>
  fieldOf((given) => (given === undefined ? undefined : isNull(given) ? null : readGiven(of, given)), {
    type: of.type,
    required: false,
    nullable: true,
  });

export const required = <T>(of: Kind<T>): Field<T> =>
  fieldOf(
    (given) => {
      if (given === undefined) throw new Fault('Missing data for required field.');
      return demandValue(of, given);
    },
    { type: of.type, required: true, nullable: false },
  );

const refuse = (place: Place, faults: ReadonlyMap<string, readonly string[]>): DoorError =>
  new DoorError(400, pythonRepr({ [place]: faults }));

const readAll = <F extends Fields>(
  place: Place,
  fields: F,
  givenFor: (name: string) => Given,
  unknown: readonly string[],
): ValuesOf<F> => {
  const values: Record<string, unknown> = {};
  const faults = new Map<string, readonly string[]>();
  for (const [name, field] of Object.entries(fields)) {
    try {
      values[name] = field(givenFor(name));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.set(name, [error.message]);
    }
  }
  for (const name of unknown) faults.set(name, ['Unknown field.']);
  if (faults.size > 0) throw refuse(place, faults);
  return values as ValuesOf<F>;
};

const escapeKey = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** The fields of a body; one that was not asked for is refused. */
export const readBody = <F extends Fields>(body: JsonDocument, fields: F): ValuesOf<F> => {
  const { tape, root } = body;
  if (kindOf(tape, root) !== 'object') {
    throw refuse('json', new Map([['_schema', ['Invalid input type.']]]));
  }
  // Only the names: what is below them may be tens of megabytes.
  const names = membersOf(tape, root).keys();
  const unknown = [...names].filter((name) => !Object.hasOwn(fields, name));
  return readAll('json', fields, (name) => body.at(`/${escapeKey(name)}`), unknown);
};

/** Parameters of the query; others are nobody's business. */
export const readQuery = <F extends Fields>(query: URLSearchParams, fields: F): ValuesOf<F> =>
  readAll('query', fields, (name) => query.get(name) ?? undefined, []);

export const readFormFields = <F extends Fields>(form: ReadonlyMap<string, string>, fields: F): ValuesOf<F> =>
  readAll(
    'form',
    fields,
    (name) => form.get(name),
    [...form.keys()].filter((name) => !Object.hasOwn(fields, name)),
  );

/** What every list takes. */
export const listFields = {
  schema: optional(text),
  limit: optional(natural),
  offset: optional(natural),
  creation_date_gte: optional(moment),
  creation_date_lte: optional(moment),
  deletion_date_gte: optional(moment),
  deletion_date_lte: optional(moment),
  update_date_gte: optional(moment),
  update_date_lte: optional(moment),
} as const;

export const defaultLimit = 10;
