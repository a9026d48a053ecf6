import { isId } from '../context.ts';
import { notFound, usageError } from '../failure.ts';
import { closest } from './closest.ts';

/**
 * The one object that a word of the user means: by its name, its id, or the start or end of its id (four
 * characters and more). Throws when it is none or several.
 */
export const findOne = <Item extends { readonly id: string }>(
  kind: string,
  items: readonly Item[],
  word: string,
  nameOf: (item: Item) => string,
): Item => {
  const lower = word.toLowerCase();
  const exact = items.filter((item) => item.id === lower || nameOf(item) === word);
  const near = (item: Item): boolean => item.id.startsWith(lower) || item.id.endsWith(lower);
  const found = exact.length > 0 || lower.length < 4 ? exact : items.filter(near);
  if (found.length > 1) {
    throw usageError(
      `"${word}" means ${found.length} ${kind}s: ${found.map(({ id }) => id).join(', ')}. Give the id.`,
    );
  }
  if (found[0] === undefined) {
    const hint = isId(word) ? '' : closest(word, items.map(nameOf));
    throw notFound(`There is no ${kind} "${word}"${hint}.`);
  }
  return found[0];
};

/** The end of an id: ids made in the same minute share their start. */
export const shortId = (id: string): string => id.slice(-8);
