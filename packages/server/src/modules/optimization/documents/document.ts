import { isUtf8 } from 'node:buffer';
import { canonicalHash } from './canonical-hash.ts';
import { DocumentError, positionOf } from './document-error.ts';
import { nodeAt, parsePointer } from './json-pointer.ts';
import { bytesOf, type Tape } from './json-tape.ts';
import { readValue } from './json-value.ts';
import { scan } from './scan.ts';

export { DocumentError } from './document-error.ts';

export interface DocumentLimits {
  readonly maxBytes: number;
  /** 200 unless given, and never more than 1,000. */
  readonly maxDepth?: number;
  /** NaN, Infinity and -Infinity are refused. */
  readonly strict?: boolean;
}

const defaultMaxDepth = 200;
/** What is read, hashed and compared calls itself for what is nested: so deep the stack holds by far. */
const greatestMaxDepth = 1000;

/** Data of a user as it was sent: the lexemes of numbers and the order of keys are kept. */
export class JsonDocument {
  readonly tape: Tape;
  readonly root: number;
  readonly limits: DocumentLimits;
  #text: string | undefined;
  #value: { readonly value: unknown } | undefined;
  #hash: string | undefined;

  constructor(tape: Tape, root: number, limits: DocumentLimits, text?: string) {
    this.tape = tape;
    this.root = root;
    this.limits = limits;
    this.#text = text;
  }

  /** Exactly as it was given. */
  get text(): string {
    this.#text ??= this.whole.toString();
    return this.#text;
  }

  /** The text in UTF-8; not a copy. */
  get whole(): Buffer {
    return this.root === 0 ? this.tape.bytes : this.bytes;
  }

  /** The text in UTF-8, without what surrounds it; not a copy. */
  get bytes(): Buffer {
    return bytesOf(this.tape, this.root);
  }

  /** Plain values, made once: integers beyond 2^53 become the nearest number, 1.0 becomes 1. */
  value(): unknown {
    this.#value ??= { value: readValue(this.tape, this.root) };
    return this.#value.value;
  }

  /** `data_hash`: sha256 of Python's `json.dumps(data, sort_keys=True, separators=(",", ":"))`. */
  hash(): string {
    this.#hash ??= canonicalHash(this.tape, this.root);
    return this.#hash;
  }

  /** What a JSON pointer names in it, as a document that shares this one's memory. */
  at(pointer: string): JsonDocument | undefined {
    const path = parsePointer(pointer);
    const node = path === undefined ? undefined : nodeAt(this.tape, this.root, path);
    return node === undefined ? undefined : new JsonDocument(this.tape, node, this.limits);
  }
}

const isContinuation = (byte: number | undefined): boolean => ((byte ?? 0) & 0xc0) === 0x80;

/** The offset of the first character that is not UTF-8, found by ever shorter pieces. */
const firstInvalidOffset = (bytes: Buffer): number => {
  let at = 0;
  for (let length = 1 << 16; length >= 1; length >>= 4) {
    for (;;) {
      let end = Math.min(at + length, bytes.length);
      while (isContinuation(bytes[end])) end += 1;
      if (end === at || !isUtf8(bytes.subarray(at, end))) break;
      at = end;
    }
  }
  return at;
};

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

const toBytes = (text: string | Uint8Array): Buffer => {
  if (typeof text === 'string') {
    const bytes = Buffer.from(text);
    // A lone half of a surrogate pair would be written as another character.
    if (!text.isWellFormed()) {
      const before = Buffer.byteLength(text.slice(0, text.search(/\p{Surrogate}/u)));
      throw new DocumentError('invalid_utf8', 'Half of a character is here', positionOf(bytes, before));
    }
    return bytes;
  }
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  if (!isUtf8(bytes)) {
    const position = positionOf(bytes, firstInvalidOffset(bytes));
    throw new DocumentError('invalid_utf8', 'What is here is not UTF-8', position);
  }
  // As Python: a mark of the encoding is no part of the text.
  return bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
};

/** Throws a `DocumentError`. Bytes are not copied: nobody may change them afterwards. */
export const readDocument = (text: string | Uint8Array, limits: DocumentLimits): JsonDocument => {
  const length = typeof text === 'string' ? Buffer.byteLength(text) : text.byteLength;
  if (length > limits.maxBytes) {
    const problem = `The document has ${length} bytes, of which ${limits.maxBytes} are allowed`;
    throw new DocumentError('too_long', problem, { line: 1, column: 1 });
  }
  const tape = scan(toBytes(text), {
    maxDepth: Math.min(limits.maxDepth ?? defaultMaxDepth, greatestMaxDepth),
    strict: limits.strict === true,
  });
  return new JsonDocument(tape, 0, limits, typeof text === 'string' ? text : undefined);
};
