import { pythonFloat } from './python-number.ts';

/** Something that is printed as it stands: a number whose lexeme JavaScript would lose (1.0, 2^60). */
export class PythonLiteral {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
};

const escapeCharacter = (character: string, mark: string): string => {
  if (character === "'" || character === '"') return character === mark ? `\\${mark}` : character;
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  // What `str.isprintable` refuses.
  if (!/[\p{C}\p{Z}]/u.test(character)) return character;
  const code = character.codePointAt(0) as number;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
};

const reprString = (text: string): string => {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll(/[\\'"]|[^ -~]/gu, (character) => escapeCharacter(character, mark));
  return mark + escaped + mark;
};

const reprNumber = (value: number): string => {
  if (!Number.isInteger(value)) return pythonFloat(value);
  return Number.isSafeInteger(value) ? String(value + 0) : String(BigInt(value));
};

/** The members of a dict in their order; undefined of what is none. */
export const entriesOf = (value: unknown): [unknown, unknown][] | undefined => {
  if (value instanceof Map) return [...(value as ReadonlyMap<unknown, unknown>)];
  if (typeof value !== 'object' || value === null) return undefined;
  return Array.isArray(value) || value instanceof PythonLiteral ? undefined : Object.entries(value);
};

const reprScalar = (value: unknown): string => {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'string') return reprString(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return reprNumber(value);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof PythonLiteral) return value.text;
  throw new TypeError(`Python has no ${typeof value}`);
};

/** Collects text until there is more of it than anyone reads. */
class Out {
  text = '';
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.text.length > this.#limit;
  }

  list(items: readonly unknown[], write: (item: unknown) => void): void {
    let isFirst = true;
    for (const item of items) {
      if (this.isFull) return;
      if (!isFirst) this.text += ', ';
      isFirst = false;
      write(item);
    }
  }

  value(value: unknown): void {
    if (Array.isArray(value)) {
      this.text += '[';
      this.list(value, (item) => this.value(item));
      this.text += ']';
      return;
    }
    const entries = entriesOf(value);
    if (entries === undefined) {
      const isLong = typeof value === 'string' && value.length > this.#limit;
      this.text += reprScalar(isLong ? value.slice(0, this.#limit + 1) : value);
      return;
    }
    this.text += '{';
    this.list(entries, (entry) => {
      const [key, item] = entry as [unknown, unknown];
      this.text += `${reprScalar(key)}: `;
      this.value(item);
    });
    this.text += '}';
  }
}

/** `pythonRepr`, but given up soon after `limit` characters: then the result is longer than that and no repr. */
export const startOfRepr = (value: unknown, limit: number): string => {
  const out = new Out(limit);
  out.value(value);
  return out.text;
};

/** What Python's `repr` prints of dicts (objects, maps), lists, strings, numbers, True, False and None. */
export const pythonRepr = (value: unknown): string => startOfRepr(value, Number.POSITIVE_INFINITY);

/** `pythonRepr`, cut where it is longer than `limit`. */
export const boundedRepr = (value: unknown, limit: number): string => {
  const text = startOfRepr(value, limit);
  return text.length > limit ? `${text.slice(0, limit)} ...` : text;
};
