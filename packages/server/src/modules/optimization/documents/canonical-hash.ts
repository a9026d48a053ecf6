import { createHash } from 'node:crypto';
import { closeBrace, closeBracket, colon, comma, openBrace, openBracket, quote } from './characters.ts';
import {
  bytesOf,
  firstByteOf,
  isPlain,
  isSameLexeme,
  nextOf,
  stringOf,
  textOf,
  type Tape,
} from './json-tape.ts';
import { pythonJsonNumber } from './python-number.ts';

const chunkBytes = 64 * 1024;

const toAscii = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const differenceAt = (a: string, b: string, at: number): number =>
  (a.codePointAt(at) as number) - (b.codePointAt(at) as number);

/** Python sorts by code points, JavaScript by UTF-16 units: they differ above U+FFFF. */
const compareCodePoints = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    if (a.charCodeAt(at) === b.charCodeAt(at)) continue;
    // The unit before may be half of a pair in one of them and stand alone in the other.
    return differenceAt(a, b, Math.max(0, at - 1)) || differenceAt(a, b, at);
  }
  return a.length - b.length;
};

/** The keys of the object before on the same level, and in which order they are written. */
interface Shape {
  keys: number[];
  order: number[];
  spare: number[];
}

class CanonicalHash {
  readonly #tape: Tape;
  readonly #hash = createHash('sha256');
  readonly #out = Buffer.allocUnsafe(chunkBytes);
  readonly #shapes: Shape[] = [];
  #used = 0;
  #depth = 0;

  constructor(tape: Tape) {
    this.#tape = tape;
  }

  digest(root: number): string {
    this.#value(root);
    this.#flush();
    return this.#hash.digest('hex');
  }

  #value(node: number): void {
    const first = firstByteOf(this.#tape, node);
    if (first === openBrace) this.#object(node);
    else if (first === openBracket) this.#array(node);
    else this.#leaf(node, first);
  }

  #leaf(node: number, first: number): void {
    if (isPlain(this.#tape, node)) this.#copy(node);
    else if (first === quote) this.#write(toAscii(stringOf(this.#tape, node)));
    else this.#write(pythonJsonNumber(textOf(this.#tape, node)));
  }

  #array(node: number): void {
    this.#byte(openBracket);
    let child = node + 1;
    for (; firstByteOf(this.#tape, child) !== closeBracket; child = nextOf(this.#tape, child)) {
      if (child > node + 1) this.#byte(comma);
      this.#value(child);
    }
    this.#byte(closeBracket);
  }

  #object(node: number): void {
    const { keys, order } = this.#shapeOf(node);
    this.#depth += 1;
    this.#byte(openBrace);
    for (let at = 0; at < order.length; at += 1) {
      const key = keys[order[at] as number] as number;
      if (at > 0) this.#byte(comma);
      this.#leaf(key, quote);
      this.#byte(colon);
      this.#value(key + 1);
    }
    this.#byte(closeBrace);
    this.#depth -= 1;
  }

  /** Rows of a table have the same keys in the same order: what was sorted for one holds for the next. */
  #shapeOf(node: number): Shape {
    const shape = (this.#shapes[this.#depth] ??= { keys: [], order: [], spare: [] });
    const before = shape.keys;
    const keys = shape.spare;
    keys.length = 0;
    let isSame = true;
    let key = node + 1;
    for (; firstByteOf(this.#tape, key) !== closeBrace; key = nextOf(this.#tape, key + 1)) {
      const twin = before[keys.length];
      isSame &&= twin !== undefined && isSameLexeme(this.#tape, key, this.#tape, twin);
      keys.push(key);
    }
    isSame &&= keys.length === before.length;
    shape.keys = keys;
    shape.spare = before;
    if (!isSame) shape.order = this.#sorted(keys);
    return shape;
  }

  /** The places of the keys in their order; of equal keys the last one alone, as in a dict. */
  #sorted(keys: readonly number[]): number[] {
    const names = keys.map((key) => stringOf(this.#tape, key));
    const places = keys.map((_, place) => place);
    const compare = (a: number, b: number): number =>
      compareCodePoints(names[a] as string, names[b] as string);
    places.sort(compare);
    return places.filter(
      (place, at) => at + 1 === places.length || names[place] !== names[places[at + 1] as number],
    );
  }

  #byte(byte: number): void {
    if (this.#used === chunkBytes) this.#flush();
    this.#out[this.#used] = byte;
    this.#used += 1;
  }

  #copy(node: number): void {
    const { bytes, starts, links } = this.#tape;
    const start = starts[node] as number;
    const end = links[node] as number;
    if (end - start > chunkBytes - this.#used) {
      this.#flush();
      if (end - start > chunkBytes) {
        this.#hash.update(bytesOf(this.#tape, node));
        return;
      }
    }
    // Lexemes are short: a call of `copy` costs more than the loop.
    const shift = this.#used - start;
    for (let at = start; at < end; at += 1) this.#out[at + shift] = bytes[at] as number;
    this.#used += end - start;
  }

  #write(ascii: string): void {
    if (ascii.length > chunkBytes - this.#used) {
      this.#flush();
      if (ascii.length > chunkBytes) {
        this.#hash.update(ascii, 'latin1');
        return;
      }
    }
    this.#used += this.#out.write(ascii, this.#used, 'latin1');
  }

  #flush(): void {
    this.#hash.update(this.#out.subarray(0, this.#used));
    this.#used = 0;
  }
}

/** sha256 of what Python's `json.dumps(data, sort_keys=True, separators=(",", ":"))` would write. */
export const canonicalHash = (tape: Tape, root: number): string => new CanonicalHash(tape).digest(root);
