import type { Fields } from './document-tables.ts';

/** Single values that one control can ask for. */
export type FieldKind = 'choice' | 'number' | 'integer' | 'boolean' | 'text';

/** Which control a schema asks for; undefined where no single one can. Null beside a type changes nothing. */
export const kindOf = (schema: Fields): FieldKind | undefined => {
  if (Array.isArray(schema['enum']))
    return schema['enum'].every((each) => typeof each === 'string') ? 'choice' : undefined;
  const { type } = schema;
  const named = Array.isArray(type) ? type.filter((each) => each !== 'null') : [type];
  if (named.length !== 1) return undefined;
  const [only] = named as unknown[];
  if (only === 'string') return 'text';
  return only === 'number' || only === 'integer' || only === 'boolean' ? only : undefined;
};
