import {
  carriageReturn,
  closeBrace,
  closeBracket,
  colon,
  comma,
  lineFeed,
  lowerF,
  lowerN,
  lowerT,
  minus,
  nine,
  openBrace,
  openBracket,
  quote,
  space,
  tab,
  upperI,
  upperN,
  zero,
} from './characters.ts';
import { DocumentError, positionOf, type DocumentFault } from './document-error.ts';
import { LexemeError, endOfNumber, endOfString } from './json-lexemes.ts';
import type { Tape } from './json-tape.ts';

export interface ScanOptions {
  readonly maxDepth: number;
  /** NaN, Infinity and -Infinity are refused. */
  readonly strict: boolean;
}

const literals = new Map(
  ['true', 'false', 'null', 'NaN', 'Infinity', '-Infinity'].map((word) => [word, Buffer.from(word)]),
);

class Scanner {
  readonly #bytes: Buffer;
  readonly #options: ScanOptions;
  #at = 0;
  #depth = 0;
  #count = 0;
  #starts: Int32Array<ArrayBuffer>;
  #links: Int32Array<ArrayBuffer>;
  #hasNonFinite = false;

  constructor(bytes: Buffer, options: ScanOptions) {
    this.#bytes = bytes;
    this.#options = options;
    const guess = (bytes.length >> 3) + 16;
    this.#starts = new Int32Array(guess);
    this.#links = new Int32Array(guess);
  }

  scan(): Tape {
    try {
      this.#value(this.#token());
      const rest = this.#token();
      if (rest !== -1) this.#fail('invalid_json', 'Something follows the end of the document');
    } catch (error) {
      if (!(error instanceof LexemeError)) throw error;
      throw new DocumentError('invalid_json', error.message, positionOf(this.#bytes, error.offset));
    }
    return {
      bytes: this.#bytes,
      starts: this.#starts.subarray(0, this.#count),
      links: this.#links.subarray(0, this.#count),
      hasNonFinite: this.#hasNonFinite,
    };
  }

  /** The byte that the next token starts with, or -1 at the end. */
  #token(): number {
    for (; this.#at < this.#bytes.length; this.#at += 1) {
      const byte = this.#bytes[this.#at] as number;
      if (byte > space) return byte;
      if (byte !== space && byte !== lineFeed && byte !== carriageReturn && byte !== tab) return byte;
    }
    return -1;
  }

  #value(first: number): void {
    if (first === quote) this.#string();
    else if ((first >= zero && first <= nine) || first === minus) this.#number();
    else if (first === openBrace) this.#object();
    else if (first === openBracket) this.#array();
    else this.#literal(first);
  }

  #string(): void {
    const end = endOfString(this.#bytes, this.#at);
    this.#add(this.#at, end);
    this.#at = end < 0 ? ~end : end;
  }

  #number(): void {
    if (this.#bytes[this.#at + 1] === upperI) {
      this.#word('-Infinity');
      return;
    }
    const end = endOfNumber(this.#bytes, this.#at);
    this.#add(this.#at, end);
    this.#at = end < 0 ? ~end : end;
  }

  #literal(first: number): void {
    if (first === lowerT) this.#word('true');
    else if (first === lowerF) this.#word('false');
    else if (first === lowerN) this.#word('null');
    else if (first === upperN) this.#word('NaN');
    else if (first === upperI) this.#word('Infinity');
    else if (first === -1) this.#fail('invalid_json', 'The document ends where a value should be');
    else this.#fail('invalid_json', 'A value should be here');
  }

  #word(word: string): void {
    const end = this.#at + word.length;
    if (literals.get(word)?.equals(this.#bytes.subarray(this.#at, end)) !== true) {
      this.#fail('invalid_json', 'A value should be here');
    }
    if (word.endsWith('N') || word.endsWith('y')) {
      if (this.#options.strict) this.#fail('not_a_number', `${word} is no JSON`);
      this.#hasNonFinite = true;
    }
    this.#add(this.#at, end);
    this.#at = end;
  }

  #object(): void {
    const node = this.#open();
    let byte = this.#token();
    while (byte !== closeBrace) {
      if (byte !== quote) this.#fail('invalid_json', 'A key in double quotes should be here');
      this.#string();
      if (this.#token() !== colon) this.#fail('invalid_json', 'A colon should be here');
      this.#at += 1;
      this.#value(this.#token());
      byte = this.#afterElement(closeBrace);
      if (byte === closeBrace) break;
      byte = this.#token();
      if (byte === closeBrace) this.#fail('invalid_json', 'A key should follow the comma');
    }
    this.#close(node);
  }

  #array(): void {
    const node = this.#open();
    let byte = this.#token();
    while (byte !== closeBracket) {
      this.#value(byte);
      byte = this.#afterElement(closeBracket);
      if (byte === closeBracket) break;
      byte = this.#token();
      if (byte === closeBracket) this.#fail('invalid_json', 'A value should follow the comma');
    }
    this.#close(node);
  }

  /** Steps over a comma. */
  #afterElement(close: number): number {
    const byte = this.#token();
    if (byte === comma) this.#at += 1;
    else if (byte !== close) {
      this.#fail('invalid_json', `A comma or ${String.fromCharCode(close)} should be here`);
    }
    return byte;
  }

  #open(): number {
    this.#depth += 1;
    if (this.#depth > this.#options.maxDepth) {
      this.#fail('too_deep', `The document is nested more than ${this.#options.maxDepth} deep`);
    }
    this.#add(this.#at, 0);
    this.#at += 1;
    return this.#count - 1;
  }

  #close(node: number): void {
    this.#links[node] = this.#count;
    this.#add(this.#at, this.#at + 1);
    this.#at += 1;
    this.#depth -= 1;
  }

  #add(start: number, link: number): void {
    if (this.#count === this.#starts.length) this.#grow();
    this.#starts[this.#count] = start;
    this.#links[this.#count] = link;
    this.#count += 1;
  }

  #grow(): void {
    const { length } = this.#starts;
    const grow = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(length * 2);
      grown.set(old);
      return grown;
    };
    this.#starts = grow(this.#starts);
    this.#links = grow(this.#links);
  }

  #fail(code: DocumentFault, problem: string): never {
    throw new DocumentError(code, problem, positionOf(this.#bytes, this.#at));
  }
}

/** Throws a `DocumentError`. It calls itself for what is nested: `maxDepth` keeps the stack. */
export const scan = (bytes: Buffer, options: ScanOptions): Tape => new Scanner(bytes, options).scan();
