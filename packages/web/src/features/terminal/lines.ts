import { plain, type Style } from './style.ts';

/** One row of cells. The second cell of a wide character holds an empty string. */
export interface Line {
  readonly chars: string[];
  readonly styles: Style[];
}

export const blankLine = (columns: number, style: Style = plain): Line => ({
  chars: Array.from({ length: columns }, () => ' '),
  styles: Array.from({ length: columns }, () => style),
});

export const clearCells = (line: Line, from: number, to: number, style: Style): void => {
  line.chars.fill(' ', from, to);
  line.styles.fill(style, from, to);
};

export const insertCells = (line: Line, at: number, count: number, style: Style): void => {
  const columns = line.chars.length;
  const gap = Math.min(count, columns - at);
  line.chars.splice(at, 0, ...Array.from({ length: gap }, () => ' '));
  line.styles.splice(at, 0, ...Array.from({ length: gap }, () => style));
  line.chars.length = columns;
  line.styles.length = columns;
};

export const deleteCells = (line: Line, at: number, count: number, style: Style): void => {
  const gap = Math.min(count, line.chars.length - at);
  line.chars.splice(at, gap);
  line.styles.splice(at, gap);
  for (let cell = 0; cell < gap; cell += 1) {
    line.chars.push(' ');
    line.styles.push(style);
  }
};

/** As wide as this; what does not fit is cut. */
export const fitLine = (line: Line, columns: number): void => {
  while (line.chars.length < columns) {
    line.chars.push(' ');
    line.styles.push(plain);
  }
  line.chars.length = columns;
  line.styles.length = columns;
};

/** A run of cells that look alike. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** A row as runs of text, from left to right; `cursor` is a run of its own. */
export const spansOf = (
  line: Line,
  cursor: number | undefined,
): readonly (Span & { readonly isCursor: boolean })[] => {
  const spans: { text: string; style: Style; isCursor: boolean }[] = [];
  for (const [column, char] of line.chars.entries()) {
    const style = line.styles[column] ?? plain;
    const isCursor = column === cursor;
    const last = spans.at(-1);
    if (last !== undefined && last.style === style && !last.isCursor && !isCursor) last.text += char;
    else spans.push({ text: char === '' && isCursor ? ' ' : char, style, isCursor });
  }
  return spans;
};
