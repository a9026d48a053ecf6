import { valueOf, type CellRule } from './cells.ts';

/** A row of a table: an object, or of a list of plain values the object that holds one. */
export type Row = Readonly<Record<string, unknown>>;

const withValue = (row: Row, name: string, value: unknown): Row => {
  if (value !== undefined) return { ...row, [name]: value };
  const { [name]: _, ...others } = row;
  return others;
};

/** The rows with other text in one cell, also of the row after the last. Rows that stay the same are the same objects. */
export const writeCell = (rows: readonly Row[], place: number, rule: CellRule, text: string): Row[] => {
  const next = [...rows];
  next[place] = withValue(rows[place] ?? {}, rule.name, valueOf(rule, text));
  return next;
};

export const insertRow = (rows: readonly Row[], place: number): Row[] => rows.toSpliced(place, 0, {});

export const deleteRow = (rows: readonly Row[], place: number): Row[] => rows.toSpliced(place, 1);

export interface Pasted {
  readonly rows: Row[];
  /** Cells that lay beyond the last column. */
  readonly left: number;
}

/** The columns that the first line names, if it is a header: by names or labels of the app. */
const headerIn = (
  [first]: readonly (readonly string[])[],
  rules: readonly CellRule[],
): readonly (CellRule | undefined)[] | undefined => {
  if (first === undefined || rules.length === 0) return undefined;
  const same = (a: string, b: string) => a.trim().toLowerCase() === b.toLowerCase();
  const named = first.map((text) => rules.find(({ name, label }) => same(text, name) || same(text, label)));
  return named.every((rule) => rule !== undefined) && new Set(named).size === named.length
    ? named
    : undefined;
};

/** Cells of a spreadsheet put over the rows from a cell on; what goes beyond the last row is added. A header names columns. */
export const pasteCells = (
  rows: readonly Row[],
  rules: readonly CellRule[],
  at: { readonly row: number; readonly column: number },
  cells: readonly (readonly string[])[],
): Pasted => {
  const header = headerIn(cells, rules);
  const columns = header ?? rules.slice(at.column);
  const lines = header === undefined ? cells : cells.slice(1);
  const next = [...rows];
  let left = 0;
  lines.forEach((line, offset) => {
    let row = next[at.row + offset] ?? {};
    line.forEach((text, place) => {
      const rule = columns[place];
      if (rule === undefined) left += 1;
      else row = withValue(row, rule.name, valueOf(rule, text));
    });
    next[at.row + offset] = row;
  });
  return { rows: next, left };
};
