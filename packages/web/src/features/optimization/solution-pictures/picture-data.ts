import { isObject, type Fields } from '../document-tables.ts';

/** What a picture is drawn from: documents of others, so nothing of them is taken for granted. */
export interface PictureProps {
  readonly instance: unknown;
  readonly solution: unknown;
}

/** An id as apps give them. */
export type NodeId = string | number;

/** The rows of a table that have all these keys; undefined where there is no such table. */
export const readRows = (
  document: unknown,
  table: string,
  keys: readonly string[],
): readonly Fields[] | undefined => {
  const rows = isObject(document) ? document[table] : undefined;
  if (!Array.isArray(rows)) return undefined;
  return rows.filter((row): row is Fields => isObject(row) && keys.every((key) => key in row));
};

export const readFigure = (row: Fields, key: string): number => {
  const value = row[key];
  return typeof value === 'number' ? value : Number.NaN;
};

export const readId = (row: Fields, key: string): NodeId => {
  const value = row[key];
  return typeof value === 'number' ? value : String(value);
};

export const readParameter = (document: unknown, name: string): number | undefined => {
  const parameters = isObject(document) ? document['parameters'] : undefined;
  const value = isObject(parameters) ? parameters[name] : undefined;
  return typeof value === 'number' ? value : undefined;
};

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Where each begins when they are laid end to end. */
export const startsOf = (lengths: readonly number[]): readonly number[] => {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return end - length;
  });
};

/** The length of each arc by its ends; the other direction stands in where only one is listed. */
export const readLengths = (instance: unknown): ((from: NodeId, to: NodeId) => number | undefined) => {
  const lengths = new Map(
    (readRows(instance, 'arcs', ['n1', 'n2', 'w']) ?? []).map((arc) => [
      `${readId(arc, 'n1')} ${readId(arc, 'n2')}`,
      readFigure(arc, 'w'),
    ]),
  );
  return (from, to) => lengths.get(`${from} ${to}`) ?? lengths.get(`${to} ${from}`);
};
