import { backslash, lowerE, lowerU, minus, nine, plus, point, quote, upperE, zero } from './characters.ts';

/**
 * Ends of lexemes. A result is the offset after the lexeme when it is plain: Python would write it with the very same
 * bytes. Otherwise it is the complement (`~`) of that offset. What is no lexeme is a `LexemeError`.
 */
export class LexemeError extends Error {
  override readonly name = 'LexemeError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const kindOfByte = { plain: 0, quote: 1, backslash: 2, control: 3, foreign: 4 } as const;

/** What a byte is inside of a string. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === quote) return kindOfByte.quote;
  if (byte === backslash) return kindOfByte.backslash;
  if (byte < 0x20) return kindOfByte.control;
  return byte > 0x7e ? kindOfByte.foreign : kindOfByte.plain;
});

const escapes = new Set(['"', '\\', '/', 'b', 'f', 'n', 'r', 't'].map((letter) => letter.charCodeAt(0)));

const isHex = (byte: number | undefined): boolean =>
  byte !== undefined &&
  ((byte >= zero && byte <= nine) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66));

/** The offset of the last byte of the escape that starts at `start`. */
const endOfEscape = (bytes: Uint8Array, start: number): number => {
  const letter = bytes[start + 1];
  if (letter !== undefined && escapes.has(letter)) return start + 1;
  if (letter !== lowerU) throw new LexemeError('A backslash in a string starts no escape of JSON', start);
  for (let at = start + 2; at < start + 6; at += 1) {
    if (!isHex(bytes[at])) throw new LexemeError('\\u takes four hexadecimal digits', start);
  }
  return start + 5;
};

/** `start` is the offset of its opening quote. */
export const endOfString = (bytes: Uint8Array, start: number): number => {
  let isPlain = true;
  for (let at = start + 1; at < bytes.length; at += 1) {
    const kind = kinds[bytes[at] as number];
    if (kind === kindOfByte.plain) continue;
    if (kind === kindOfByte.quote) return isPlain ? at + 1 : ~(at + 1);
    if (kind === kindOfByte.control)
      throw new LexemeError('A control character in a string must be escaped', at);
    isPlain = false;
    if (kind === kindOfByte.backslash) at = endOfEscape(bytes, at);
  }
  throw new LexemeError('A string does not end', start);
};

/** The offset after the digits at `start`, of which there must be one. */
const endOfDigits = (bytes: Uint8Array, start: number): number => {
  let at = start;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte < zero || byte > nine) break;
  }
  if (at === start) throw new LexemeError('A number lacks a digit', start);
  return at;
};

/** Of so many significant digits every decimal survives the way through a double. */
const safeDigits = 15;

/** Whether Python's repr of a number without exponent has the same digits. */
const isPlainFraction = (bytes: Uint8Array, first: number, dot: number, end: number): boolean => {
  if (end - first - 1 > safeDigits) return false;
  if (bytes[end - 1] === zero && end - dot > 2) return false;
  if (bytes[first] !== zero) return true;
  // 0.0000...: repr turns to exponents.
  return !(
    bytes[dot + 1] === zero &&
    bytes[dot + 2] === zero &&
    bytes[dot + 3] === zero &&
    bytes[dot + 4] === zero
  );
};

/** `start` is the offset of its sign or first digit. */
export const endOfNumber = (bytes: Uint8Array, start: number): number => {
  const first = bytes[start] === minus ? start + 1 : start;
  let end = endOfDigits(bytes, first);
  if (bytes[first] === zero && end > first + 1) {
    throw new LexemeError('A number does not start with 0', first);
  }
  // -0 is the integer 0.
  let isPlain = first === start || bytes[first] !== zero || bytes[end] === point;
  if (bytes[end] === point) {
    const dot = end;
    end = endOfDigits(bytes, dot + 1);
    isPlain = isPlainFraction(bytes, first, dot, end);
  }
  if (bytes[end] === lowerE || bytes[end] === upperE) {
    const sign = bytes[end + 1];
    end = endOfDigits(bytes, sign === plus || sign === minus ? end + 2 : end + 1);
    isPlain = false;
  }
  return isPlain ? end : ~end;
};
