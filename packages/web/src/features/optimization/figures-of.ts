import { viewOf, type Fields } from './document-tables.ts';
import { columnSchema, schemaAt, titleOf } from './schema-titles.ts';

/** A single figure of a document. */
export interface NamedFigure {
  /** Where it stands: the same in another document of the app. */
  readonly path: string;
  readonly label: string;
  readonly value: number;
}

/** The figures that stand alone in a document: single values, and tables of one row. What they are called is the schema's. */
export const figuresOf = (document: unknown, schema: Fields | undefined): readonly NamedFigure[] => {
  const { groups, tables } = viewOf(document);
  const found: NamedFigure[] = [];
  const add = (path: string, described: unknown, name: string, value: unknown): void => {
    if (typeof value === 'number') found.push({ path, label: titleOf(described, name), value });
  };
  for (const group of groups) {
    for (const [name, value] of group.values) {
      const path = group.name === '' ? name : `${group.name}.${name}`;
      add(path, schemaAt(schema, path), name, value);
    }
  }
  for (const { name, rows } of tables) {
    const [row, ...others] = rows;
    if (row === undefined || others.length > 0) continue;
    for (const [column, value] of Object.entries(row))
      add(`${name}.${column}`, columnSchema(schemaAt(schema, name), column), column, value);
  }
  return found;
};
