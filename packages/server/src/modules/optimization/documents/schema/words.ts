const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

/** JSON Schema's name of a value's type. */
export const nameOfType = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

const characters = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

/** How much there is of a value: characters, elements or members. */
export const sizeOf = (value: unknown): number | undefined => {
  if (typeof value === 'string') return characters(value);
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
};

export const withArticle = (type: unknown): string => typeNames[String(type)] ?? String(type);

export const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

const longestShown = 60;
const mostShown = 10;

/** A value in a sentence: what is inside of it is only counted. */
export const shortText = (value: unknown): string => {
  if (Array.isArray(value)) return `a list of ${plural(value.length, 'element')}`;
  if (typeof value === 'object' && value !== null) {
    return `an object with ${plural(Object.keys(value).length, 'key')}`;
  }
  if (typeof value !== 'string') return String(value);
  const isLong = value.length > longestShown;
  return isLong ? `${JSON.stringify(value.slice(0, longestShown))}...` : JSON.stringify(value);
};

export const quoted = (name: string): string => shortText(name);

/** The first ones; that there are more is said by dots, which are the same in all languages. */
export const shortList = (items: readonly string[]): readonly string[] =>
  items.length > mostShown ? [...items.slice(0, mostShown), '…'] : items;

/** `a`, `a or b`, `a, b or c`. */
export const listOf = (items: readonly string[], conjunction = 'or'): string => {
  const hidden = items.length - mostShown;
  const shown = hidden > 0 ? [...items.slice(0, mostShown), `${hidden} more`] : items;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} ${conjunction} ${shown.at(-1)}`;
};
