import { isObject, type Fields } from './document-tables.ts';

const member = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), value);

/** The schema of a member of the document: `parameters.capacity` is that of the capacity among the parameters. */
export const schemaAt = (schema: Fields | undefined, path: string): unknown =>
  path === '' ? schema : member(schema, ...path.split('.').flatMap((step) => ['properties', step]));

/** The schema of a column of a table, whose schema is given. */
export const columnSchema = (table: unknown, column: string): unknown =>
  member(table, 'items', 'properties', column);

/** What the app calls it; `fallback` where it says nothing. */
export const titleOf = (schema: unknown, fallback: string): string => {
  const title = member(schema, 'title');
  return typeof title === 'string' && title !== '' ? title.replace(/\.$/, '') : fallback;
};

export const descriptionOf = (schema: unknown): string | undefined => {
  const text = member(schema, 'description');
  return typeof text === 'string' && text !== '' ? text : undefined;
};

const said: ReadonlySet<string> = new Set(['title', 'description']);

/** A schema whose titles and descriptions are told in other words, where there are any. */
export const inWords = (schema: unknown, words: Readonly<Record<string, string>>): unknown => {
  if (Array.isArray(schema)) return schema.map((each) => inWords(each, words));
  if (!isObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      said.has(key) && typeof value === 'string' ? (words[value] ?? value) : inWords(value, words),
    ]),
  );
};
