import { entriesOf, pythonRepr, startOfRepr } from './python-repr.ts';

/** Where Python's `splitlines` ends a line, and what its `\s` matches. */
const lineEnds = '\n\r\v\f\u001C-\u001E\u0085\u2028\u2029';
const spaces = '\t-\r\u001C-\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000';
const lines = new RegExp(`[^${lineEnds}]*(?:\r\n|[${lineEnds}]|$)`, 'gu');
const words = new RegExp(`[^${spaces}]*[${spaces}]*`, 'gu');

const piecesOf = (text: string, pattern: RegExp): string[] =>
  (text.match(pattern) ?? []).filter((piece) => piece !== '');

/** Python counts characters, not halves of pairs. */
const widthOf = (text: string): number => {
  let width = 0;
  for (const _ of text) width += 1;
  return width;
};

/** A line too long as pieces of whole words. `last` is the room for the piece that ends the text. */
const breakLine = (line: string, room: number, last: number): string[] => {
  const chunks: string[] = [];
  const parts = piecesOf(line, words);
  let current = '';
  for (const [index, part] of parts.entries()) {
    const candidate = current + part;
    if (widthOf(pythonRepr(candidate)) <= (index === parts.length - 1 ? last : room)) {
      current = candidate;
      continue;
    }
    if (current !== '') chunks.push(pythonRepr(current));
    current = part;
  }
  if (current !== '') chunks.push(pythonRepr(current));
  return chunks;
};

const chunksOf = (text: string, room: number, allowance: number): string[] => {
  const rows = piecesOf(text, lines);
  return rows.flatMap((row, index) => {
    const last = index === rows.length - 1 ? room - allowance : room;
    const repr = pythonRepr(row);
    return widthOf(repr) <= last ? [repr] : breakLine(row, room, last);
  });
};

class PrettyPrinter {
  readonly #width: number;
  readonly #limit: number;
  text = '';

  constructor(width: number, limit: number) {
    this.#width = width;
    this.#limit = limit;
  }

  /** `indent`: the column it starts in; `allowance`: what must fit behind it. */
  print(value: unknown, indent = 0, allowance = 0, level = 0): void {
    if (this.text.length > this.#limit) return;
    const room = Math.max(0, this.#width - indent - allowance);
    const start = startOfRepr(value, room * 2 + 2);
    if (widthOf(start) <= room) this.text += start;
    else if (typeof value === 'string') this.#string(value, indent, allowance, level === 0);
    else if (Array.isArray(value)) this.#list(value, indent, allowance, level);
    else this.#dict(value, indent, allowance, level);
  }

  #list(items: readonly unknown[], indent: number, allowance: number, level: number): void {
    this.#between('[', ']', items, indent, (item, isLast) => {
      this.print(item, indent + 1, isLast ? allowance + 1 : 1, level + 1);
    });
  }

  #dict(value: unknown, indent: number, allowance: number, level: number): void {
    const entries = entriesOf(value);
    if (entries === undefined) {
      this.text += pythonRepr(value);
      return;
    }
    this.#between('{', '}', entries, indent, ([key, item], isLast) => {
      const name = pythonRepr(key);
      this.text += `${name}: `;
      this.print(item, indent + widthOf(name) + 3, isLast ? allowance + 1 : 1, level + 1);
    });
  }

  #between<T>(
    open: string,
    close: string,
    items: readonly T[],
    indent: number,
    print: (item: T, isLast: boolean) => void,
  ): void {
    this.text += open;
    for (const [index, item] of items.entries()) {
      if (this.text.length > this.#limit) return;
      if (index > 0) this.text += `,\n${' '.repeat(indent + 1)}`;
      print(item, index === items.length - 1);
    }
    this.text += close;
  }

  /** Alone it stands in parentheses; inside of something the pieces follow each other. */
  #string(value: string, indent: number, allowance: number, isAlone: boolean): void {
    const shift = isAlone ? 1 : 0;
    const text = value.length > this.#limit ? value.slice(0, this.#limit + 1) : value;
    const chunks = chunksOf(text, this.#width - indent - shift, allowance + shift);
    const joined = chunks.join(`\n${' '.repeat(indent + shift)}`);
    if (chunks.length <= 1) this.text += pythonRepr(text);
    else this.text += isAlone ? `(${joined})` : joined;
  }
}

/** Python's `pprint.pformat(value, sort_dicts=False)`, cut where it is longer than `limit`. */
export const pythonPretty = (value: unknown, options: { width: number; limit: number }): string => {
  const printer = new PrettyPrinter(options.width, options.limit);
  printer.print(value);
  const { text } = printer;
  return text.length > options.limit ? `${text.slice(0, options.limit)} ...` : text;
};
