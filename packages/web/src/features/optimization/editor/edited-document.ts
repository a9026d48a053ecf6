import { Figure } from '../../../lib/exact-json.ts';
import { isObject, type Fields } from '../document-tables.ts';
import { descriptionOf, titleOf } from '../schema-titles.ts';
import { ruleOf, type CellRule } from './cells.ts';
import type { Row } from './rows.ts';

/** Where something stands: a member of the document, or of an object in it. */
export type Path = readonly [string] | readonly [string, string];
export const nameOfPath = (path: Path): string => path.join('.');

export interface EditedTable {
  readonly path: Path;
  readonly label: string;
  readonly description: string | undefined;
  readonly rules: readonly CellRule[];
  readonly rows: readonly Row[];
  /** Its rows are plain values, each held as the only column. */
  readonly isPlain: boolean;
  readonly isRequired: boolean;
}

export interface EditedValue {
  readonly path: Path;
  /** What the app calls the object that it is of; empty for the document's own. */
  readonly group: string;
  readonly rule: CellRule;
  readonly value: unknown;
}

/** An instance as it is edited: its tables and its single values, those of the schema and those that it has besides. */
export interface EditedDocument {
  readonly tables: readonly EditedTable[];
  readonly values: readonly EditedValue[];
  /** As it came: its members keep their order. */
  readonly origin: Fields;
}

/** The only column of a list of plain values. */
const plainColumn = 'value';

const isFields = (value: unknown): value is Fields => isObject(value) && !(value instanceof Figure);
const propertiesOf = (schema: unknown): Fields =>
  isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
const isRequiredBy = (schema: unknown, name: string): boolean =>
  isObject(schema) && Array.isArray(schema['required']) && schema['required'].includes(name);
const isOfType = (schema: unknown, type: string): boolean => isObject(schema) && schema['type'] === type;

/** Whether rows are all objects or all plain values; what is neither is no table. */
const isEven = (list: readonly unknown[]): boolean => {
  const objects = list.filter(isFields).length;
  return objects === 0 || objects === list.length;
};

const namesIn = (properties: Fields, fields: Fields): string[] => [
  ...new Set([...Object.keys(properties), ...Object.keys(fields)]),
];

const tableOf = (path: Path, list: readonly unknown[], schema: unknown, isRequired: boolean): EditedTable => {
  const items = isObject(schema) ? schema['items'] : undefined;
  const properties = propertiesOf(items);
  const isPlain = list.length > 0 ? !list.some(isFields) : Object.keys(properties).length === 0;
  const rows = list.map((row): Row => (isFields(row) ? row : { [plainColumn]: row }));
  const found = new Set(Object.keys(properties));
  for (const row of rows) for (const name of Object.keys(row)) found.add(name);
  const names = isPlain ? [plainColumn] : [...found];
  return {
    path,
    rows,
    isPlain,
    isRequired,
    label: titleOf(schema, nameOfPath(path)),
    description: descriptionOf(schema),
    rules: names.map((name) =>
      isPlain ? ruleOf(name, items, true) : ruleOf(name, properties[name], isRequiredBy(items, name)),
    ),
  };
};

export const editDocument = (origin: Fields, schema: Fields | undefined): EditedDocument => {
  const tables: EditedTable[] = [];
  const values: EditedValue[] = [];
  const place = (
    path: Path,
    value: unknown,
    described: unknown,
    group: string,
    isRequired: boolean,
  ): void => {
    const isTable = Array.isArray(value)
      ? isEven(value)
      : value === undefined && isOfType(described, 'array');
    if (isTable)
      tables.push(tableOf(path, (value as readonly unknown[] | undefined) ?? [], described, isRequired));
    else values.push({ path, group, value, rule: ruleOf(path.at(-1) ?? '', described, isRequired) });
  };
  const properties = propertiesOf(schema);
  for (const name of namesIn(properties, origin)) {
    const value = origin[name];
    const described = properties[name];
    const isRequired = isRequiredBy(schema, name);
    if (!isFields(value) && !(value === undefined && isOfType(described, 'object'))) {
      place([name], value, described, '', isRequired);
      continue;
    }
    const fields = isFields(value) ? value : {};
    const inner = propertiesOf(described);
    for (const key of namesIn(inner, fields))
      place(
        [name, key],
        fields[key],
        inner[key],
        titleOf(described, name),
        // An object that need not be there needs no members either, until it has one.
        isRequiredBy(described, key) && (isRequired || isFields(value)),
      );
  }
  return { tables, values, origin };
};

/** The document that is edited, with its numbers as they are written: for `JSON.stringify`. */
export const documentOf = ({ tables, values, origin }: EditedDocument): Fields => {
  const edited: Record<string, unknown> = { ...origin };
  const put = (path: Path, value: unknown): void => {
    const [name, key] = path;
    if (key === undefined) edited[name] = value;
    else {
      const before = edited[name];
      if (value === undefined && !isFields(before)) return;
      edited[name] = { ...(isFields(before) ? before : {}), [key]: value };
    }
  };
  for (const { path, rows, isPlain, isRequired } of tables) {
    const list = isPlain ? rows.map((row) => row[plainColumn]) : rows;
    const wasThere = valueAt(origin, path) !== undefined;
    put(path, list.length === 0 && !isRequired && !wasThere ? undefined : list);
  }
  for (const { path, value } of values) put(path, value);
  return edited;
};

const valueAt = (origin: Fields, [name, key]: Path): unknown => {
  const value = origin[name];
  if (key === undefined) return value;
  return isFields(value) ? value[key] : undefined;
};
