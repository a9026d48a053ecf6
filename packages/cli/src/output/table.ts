import type { Style, Tone } from './style.ts';
import { harmless, truncate, widthOf } from './text.ts';

export interface Column<Row> {
  readonly header: string;
  readonly value: (row: Row) => string | number | null | undefined;
  readonly align?: 'right';
  readonly tone?: (row: Row) => Tone;
  /** May be cut when the table is wider than the terminal; the widest such column gives first. */
  readonly flexible?: true;
}

const gap = '  ';
/** A flexible column is not cut below this. */
const leastColumns = 8;

const fitWidths = (widths: number[], flexible: readonly boolean[], columns: number): void => {
  const total = (): number => widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
  while (total() > columns) {
    let widest = -1;
    widths.forEach((width, index) => {
      if (flexible[index] && width > leastColumns && width > (widths[widest] ?? 0)) widest = index;
    });
    if (widest === -1) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
};

/**
 * Rows under headers, aligned. `columns` is the terminal's width; without one (output to a file or pipe)
 * nothing is cut. Text of others is made harmless.
 */
export const formatTable = <Row>(
  rows: readonly Row[],
  definitions: readonly Column<Row>[],
  style: Style,
  columns: number | undefined,
): string => {
  const cells = rows.map((row) => definitions.map(({ value }) => harmless(String(value(row) ?? '-'))));
  const widths = definitions.map(({ header }, index) =>
    Math.max(widthOf(header), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  if (columns !== undefined) {
    fitWidths(
      widths,
      definitions.map(({ flexible }) => flexible === true),
      columns,
    );
  }
  const line = (values: readonly string[], paint: (index: number, text: string) => string): string =>
    definitions
      .map(({ align }, index) => {
        const width = widths[index] ?? 0;
        const text = truncate(values[index] ?? '', width);
        const space = ' '.repeat(width - widthOf(text));
        return align === 'right' ? space + paint(index, text) : paint(index, text) + space;
      })
      .join(gap)
      .trimEnd();
  return [
    line(
      definitions.map(({ header }) => header),
      (_, text) => style.paint('quiet', text),
    ),
    ...rows.map((row, number) =>
      line(cells[number] ?? [], (index, text) =>
        style.paint(definitions[index]?.tone?.(row) ?? 'plain', text),
      ),
    ),
  ].join('\n');
};

/** Names and values under each other, for one object. A row whose value is undefined is left out. */
export const formatFields = (
  fields: readonly (readonly [name: string, value: string | number | null | undefined])[],
  style: Style,
): string => {
  const shown = fields.filter(([, value]) => value !== undefined);
  const width = Math.max(...shown.map(([name]) => widthOf(name)));
  return shown
    .map(([name, value]) => {
      const space = ' '.repeat(width - widthOf(name));
      return `${style.paint('quiet', name)}${space}  ${value ?? '-'}`;
    })
    .join('\n');
};
