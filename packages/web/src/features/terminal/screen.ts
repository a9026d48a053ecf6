import { blankLine, clearCells, deleteCells, fitLine, insertCells, type Line } from './lines.ts';
import { createParser } from './parser.ts';
import { applyRendition, plain, type Style } from './style.ts';
import { widthOf } from './width.ts';

export interface Screen {
  readonly write: (text: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly columns: () => number;
  /** What has been scrolled out of sight, oldest first, and the rows that are seen. */
  readonly history: () => readonly Line[];
  readonly rows: () => readonly Line[];
  /** Undefined while the program hides it. */
  readonly cursor: () => { readonly column: number; readonly row: number } | undefined;
  /** Of what the program asked the keyboard for. */
  readonly modes: () => { readonly applicationCursor: boolean; readonly bracketedPaste: boolean };
}

interface ScreenOptions {
  readonly columns: number;
  readonly rows: number;
  /** What the terminal answers when it is asked: where its cursor is, what it can. */
  readonly reply: (text: string) => void;
}

/** More rows than these slow the browser down when a program floods the terminal. */
const mostHistory = 2000;
const tabWidth = 8;
const lineDrawing = ' ◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·';

/** The screen of a terminal as xterm has it: what programs for `TERM=xterm-256color` write. */
export const createScreen = ({ reply, ...size }: ScreenOptions): Screen => {
  let { columns, rows } = size;
  const blank = (style: Style = plain) => blankLine(columns, style);
  const blankRows = () => Array.from({ length: rows }, () => blank());
  let lines = blankRows();
  /** The main screen while a program shows the alternate one. */
  let main: Line[] | undefined;
  const history: Line[] = [];
  let [row, column] = [0, 0];
  let [top, bottom] = [0, rows - 1];
  let style: Style = plain;
  let saved = { row: 0, column: 0, style: plain };
  let isWrapDue = false;
  let wraps = true;
  let isOrigin = false;
  let isInserting = false;
  let isCursorShown = true;
  let applicationCursor = false;
  let bracketedPaste = false;
  let drawing: [boolean, boolean] = [false, false];
  let shifted: 0 | 1 = 0;
  let lastChar = ' ';

  const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  const line = (at = row): Line => lines[at] ?? blank();
  /** Erased cells take the ground that is set. */
  const erased = (): Style => ({ ...plain, ground: style.ground });

  const moveTo = (nextRow: number, nextColumn: number): void => {
    row = clamp(nextRow, rows - 1);
    column = clamp(nextColumn, columns - 1);
    isWrapDue = false;
  };
  const scrollUp = (count: number, from = top): void => {
    for (let index = 0; index < Math.min(count, bottom - from + 1); index += 1) {
      const [gone] = lines.splice(from, 1);
      if (from === 0 && main === undefined && gone !== undefined) history.push(gone);
      lines.splice(bottom, 0, blank(erased()));
    }
    if (history.length > mostHistory) history.splice(0, history.length - mostHistory);
  };
  const scrollDown = (count: number, from = top): void => {
    for (let index = 0; index < Math.min(count, bottom - from + 1); index += 1) {
      lines.splice(bottom, 1);
      lines.splice(from, 0, blank(erased()));
    }
  };
  const feed = (): void => {
    isWrapDue = false;
    if (row === bottom) scrollUp(1);
    else row = clamp(row + 1, rows - 1);
  };
  const save = (): void => {
    saved = { row, column, style };
  };
  const restore = (): void => {
    ({ style } = saved);
    moveTo(saved.row, saved.column);
  };

  const print = (char: string): void => {
    const shown =
      drawing[shifted] && char >= '_' && char <= '~' ? (lineDrawing[char.charCodeAt(0) - 95] ?? char) : char;
    const width = widthOf(shown);
    if (width === 0) {
      const before = Math.max(0, isWrapDue ? column : column - 1);
      line().chars[before] = `${line().chars[before] ?? ''}${shown}`;
      return;
    }
    if (isWrapDue || (width === 2 && column === columns - 1 && wraps)) {
      column = 0;
      feed();
    }
    const target = line();
    if (isInserting) insertCells(target, column, width, plain);
    target.chars[column] = shown;
    target.styles[column] = style;
    if (width === 2 && column + 1 < columns) {
      target.chars[column + 1] = '';
      target.styles[column + 1] = style;
    }
    lastChar = char;
    if (column + width >= columns) {
      column = columns - 1;
      isWrapDue = wraps;
    } else {
      column += width;
    }
  };

  const control = (code: number): void => {
    if (code === 8) moveTo(row, column - 1);
    else if (code === 9) moveTo(row, (Math.floor(column / tabWidth) + 1) * tabWidth);
    else if (code >= 10 && code <= 12) feed();
    else if (code === 13) moveTo(row, 0);
    else if (code === 14 || code === 15) shifted = code === 14 ? 1 : 0;
  };

  const eraseScreen = (what: number): void => {
    if (what === 0) clearCells(line(), column, columns, erased());
    if (what === 1) clearCells(line(), 0, column + 1, erased());
    const [from, to] = what === 0 ? [row + 1, rows] : what === 1 ? [0, row] : [0, rows];
    if (what === 3) history.length = 0;
    else for (let at = from; at < to; at += 1) clearCells(line(at), 0, columns, erased());
  };
  const eraseLine = (what: number): void =>
    clearCells(line(), what === 0 ? column : 0, what === 1 ? column + 1 : columns, erased());

  const showAlternate = (isAlternate: boolean): void => {
    if (isAlternate === (main !== undefined)) return;
    if (isAlternate) {
      main = lines;
      lines = blankRows();
    } else if (main !== undefined) {
      lines = main;
      main = undefined;
    }
  };

  const setMode = (mode: number, on: boolean): void => {
    if (mode === 1) applicationCursor = on;
    else if (mode === 6) {
      isOrigin = on;
      moveTo(on ? top : 0, 0);
    } else if (mode === 7) wraps = on;
    else if (mode === 25) isCursorShown = on;
    else if (mode === 2004) bracketedPaste = on;
    else if (mode === 47 || mode === 1047) showAlternate(on);
    else if (mode === 1048 || mode === 1049) {
      if (on) save();
      if (mode === 1049) showAlternate(on);
      if (!on) restore();
    }
  };

  const reset = (): void => {
    showAlternate(false);
    lines = blankRows();
    [top, bottom] = [0, rows - 1];
    style = plain;
    wraps = true;
    isOrigin = isInserting = applicationCursor = bracketedPaste = false;
    isCursorShown = true;
    drawing = [false, false];
    shifted = 0;
    moveTo(0, 0);
    save();
  };

  const report = (params: readonly number[]): void => {
    if (params[0] === 5) reply('\u001b[0n');
    if (params[0] === 6) reply(`\u001b[${row + 1};${column + 1}R`);
  };

  const commands: Readonly<Record<string, (first: number, params: readonly number[]) => void>> = {
    A: (count) => moveTo(Math.max(row >= top ? top : 0, row - count), column),
    B: (count) => moveTo(Math.min(row <= bottom ? bottom : rows - 1, row + count), column),
    C: (count) => moveTo(row, column + count),
    D: (count) => moveTo(row, column - count),
    E: (count) => moveTo(row + count, 0),
    F: (count) => moveTo(row - count, 0),
    G: (count) => moveTo(row, count - 1),
    '`': (count) => moveTo(row, count - 1),
    a: (count) => moveTo(row, column + count),
    d: (count) => moveTo(count - 1, column),
    e: (count) => moveTo(row + count, column),
    H: (first, [, second]) => moveTo(first - 1 + (isOrigin ? top : 0), (second || 1) - 1),
    f: (first, [, second]) => moveTo(first - 1 + (isOrigin ? top : 0), (second || 1) - 1),
    J: (_, [what = 0]) => eraseScreen(what),
    K: (_, [what = 0]) => eraseLine(what),
    L: (count) => row >= top && row <= bottom && scrollDown(count, row),
    M: (count) => row >= top && row <= bottom && deleteLines(count),
    P: (count) => deleteCells(line(), column, count, erased()),
    '@': (count) => insertCells(line(), column, count, erased()),
    X: (count) => clearCells(line(), column, Math.min(columns, column + count), erased()),
    S: (count) => scrollUp(count),
    T: (count) => scrollDown(count),
    b: (count) => {
      for (let index = 0; index < Math.min(count, columns * rows); index += 1) print(lastChar);
    },
    Z: (count) => moveTo(row, (Math.ceil(column / tabWidth) - count) * tabWidth),
    I: (count) => moveTo(row, (Math.floor(column / tabWidth) + count) * tabWidth),
    r: (first, [, last]) => {
      [top, bottom] = [clamp(first - 1, rows - 1), clamp((last || rows) - 1, rows - 1)];
      if (top >= bottom) [top, bottom] = [0, rows - 1];
      moveTo(isOrigin ? top : 0, 0);
    },
    s: save,
    u: restore,
    h: (_, params) => {
      if (params.includes(4)) isInserting = true;
    },
    l: (_, params) => {
      if (params.includes(4)) isInserting = false;
    },
    n: (_, params) => report(params),
    c: () => reply('\u001b[?1;2c'),
  };
  const deleteLines = (count: number): void => {
    for (let index = 0; index < Math.min(count, bottom - row + 1); index += 1) {
      lines.splice(row, 1);
      lines.splice(bottom, 0, blank(erased()));
    }
  };

  const parse = createParser({
    print,
    control,
    csi: (final, params, prefix, between) => {
      if (prefix === '?' && (final === 'h' || final === 'l'))
        for (const mode of params) setMode(mode, final === 'h');
      if (prefix === '>' && final === 'c') reply('\u001b[>0;0;0c');
      if (prefix !== '' || between !== '') return;
      // Not among the others: its first parameter may be nothing, which is 0 and not 1.
      if (final === 'm') style = applyRendition(style, params.length === 0 ? [0] : params);
      else commands[final]?.(params[0] || 1, params);
    },
    escape: (final, between) => {
      if (between === '(' || between === ')') drawing[between === '(' ? 0 : 1] = final === '0';
      if (between !== '') return;
      if (final === '7') save();
      else if (final === '8') restore();
      else if (final === 'D') feed();
      else if (final === 'E') {
        column = 0;
        feed();
      } else if (final === 'M') {
        if (row === top) scrollDown(1);
        else moveTo(row - 1, column);
      } else if (final === 'c') reset();
    },
  });

  const fit = (target: Line[], isMain: boolean): void => {
    for (const one of target) fitLine(one, columns);
    while (target.length > rows) {
      // What is empty below the cursor goes first; then what is above moves out of sight.
      const last = target.at(-1);
      const isEmpty = target.length - 1 > row && (last?.chars.every((char) => char === ' ') ?? true);
      const [gone] = isEmpty ? [target.pop()] : target.splice(0, 1);
      if (isEmpty) continue;
      row = Math.max(0, row - 1);
      if (isMain && gone !== undefined) history.push(gone);
    }
    while (target.length < rows) target.push(blank());
  };

  return {
    write: parse,
    resize: (nextColumns, nextRows) => {
      if (nextColumns === columns && nextRows === rows) return;
      [columns, rows] = [nextColumns, nextRows];
      fit(lines, main === undefined);
      if (main !== undefined) fit(main, false);
      [top, bottom] = [0, rows - 1];
      moveTo(row, column);
    },
    columns: () => columns,
    history: () => (main === undefined ? history : []),
    rows: () => lines,
    cursor: () => (isCursorShown ? { column, row } : undefined),
    modes: () => ({ applicationCursor, bracketedPaste }),
  };
};
