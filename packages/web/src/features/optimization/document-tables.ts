/** A document of a solver app as people read it: tables of rows, and values beside them. */
export interface DocumentTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Single values that belong together: the members of one object. */
export interface ValueGroup {
  /** Of the object; empty for the document itself. */
  readonly name: string;
  readonly values: readonly (readonly [name: string, value: unknown])[];
}

export interface DocumentView {
  /** Members that are no tables: of the document, and of objects in it. */
  readonly groups: readonly ValueGroup[];
  readonly tables: readonly DocumentTable[];
}

export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The name of the only column of a list of plain values. */
const valueColumn = 'value';

const tableOf = (name: string, list: readonly unknown[]): DocumentTable => {
  const rows = list.map((row) => (isObject(row) ? row : { [valueColumn]: row }));
  const columns = new Set<string>();
  for (const row of rows) for (const key of Object.keys(row)) columns.add(key);
  return { name, columns: [...columns], rows };
};

/** The tables and values of a document; a document that is a list or a plain value is one of either, without a name. */
export const viewOf = (document: unknown): DocumentView => {
  if (Array.isArray(document)) return { groups: [], tables: [tableOf('', document)] };
  if (!isObject(document))
    return { groups: document === null ? [] : [{ name: '', values: [['', document]] }], tables: [] };
  const tables: DocumentTable[] = [];
  const groups: ValueGroup[] = [];
  const own: [string, unknown][] = [];
  for (const [name, value] of Object.entries(document)) {
    if (Array.isArray(value)) tables.push(tableOf(name, value));
    else if (isObject(value)) {
      const inner = Object.entries(value);
      for (const [key, list] of inner) if (Array.isArray(list)) tables.push(tableOf(`${name}.${key}`, list));
      groups.push({ name, values: inner.filter(([, each]) => !Array.isArray(each)) });
    } else own.push([name, value]);
  }
  return {
    groups: [{ name: '', values: own }, ...groups].filter(({ values }) => values.length > 0),
    tables,
  };
};

/** Whether a document says nothing: checks that found nothing may be `null`, `{}` or empty tables. */
export const isWithoutRows = (document: unknown): boolean => {
  const { groups, tables } = viewOf(document);
  return groups.length === 0 && tables.every(({ rows }) => rows.length === 0);
};

/** A cell as text; objects and lists as JSON. Undefined where the row has none. */
export const cellText = (value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
};
