import { closeBrace, closeBracket, openBrace, openBracket, quote } from './characters.ts';

/**
 * A JSON text as two numbers for each of its nodes, in the order of the text: an object or array, what is inside of it
 * (of an object: key, value, key, value), then an entry for its end. Megabytes of instances become a few typed arrays
 * instead of millions of objects.
 */
export interface Tape {
  readonly bytes: Buffer;
  /** The offset of a node's first byte; of an entry for an end, that of the closing bracket. */
  readonly starts: Int32Array;
  /**
   * Of an object or array: the entry of its end. Of anything else: the offset after it, as its complement where
   * Python would write it with other bytes (see json-lexemes.ts).
   */
  readonly links: Int32Array;
  /** NaN, Infinity or -Infinity is in it. */
  readonly hasNonFinite: boolean;
}

export type NodeKind = 'object' | 'array' | 'string' | 'scalar';

const startOf = (tape: Tape, node: number): number => tape.starts[node] as number;
const linkOf = (tape: Tape, node: number): number => tape.links[node] as number;
export const firstByteOf = (tape: Tape, node: number): number => tape.bytes[startOf(tape, node)] as number;

export const kindOf = (tape: Tape, node: number): NodeKind => {
  const first = firstByteOf(tape, node);
  if (first === openBrace) return 'object';
  if (first === openBracket) return 'array';
  return first === quote ? 'string' : 'scalar';
};

const isContainer = (first: number): boolean => first === openBrace || first === openBracket;

/** The node after this one and all that is inside of it. */
export const nextOf = (tape: Tape, node: number): number =>
  isContainer(firstByteOf(tape, node)) ? linkOf(tape, node) + 1 : node + 1;

const offsetAfter = (tape: Tape, node: number): number => {
  const link = linkOf(tape, node);
  if (isContainer(firstByteOf(tape, node))) return startOf(tape, link) + 1;
  return link < 0 ? ~link : link;
};

/** Whether Python would write a string, number or literal with the same bytes. */
export const isPlain = (tape: Tape, node: number): boolean => linkOf(tape, node) >= 0;

export const bytesOf = (tape: Tape, node: number): Buffer =>
  tape.bytes.subarray(startOf(tape, node), offsetAfter(tape, node));

export const lengthOf = (tape: Tape, node: number): number => offsetAfter(tape, node) - startOf(tape, node);

/** Whether two nodes were written with the same bytes. */
export const isSameLexeme = (tapeA: Tape, a: number, tapeB: Tape, b: number): boolean => {
  const length = lengthOf(tapeA, a);
  if (length !== lengthOf(tapeB, b)) return false;
  const startA = startOf(tapeA, a);
  const startB = startOf(tapeB, b);
  if (length > 64) return bytesOf(tapeA, a).equals(bytesOf(tapeB, b));
  for (let at = 0; at < length; at += 1) {
    if (tapeA.bytes[startA + at] !== tapeB.bytes[startB + at]) return false;
  }
  return true;
};

/** As it was written. */
export const textOf = (tape: Tape, node: number): string =>
  tape.bytes.toString('utf8', startOf(tape, node), offsetAfter(tape, node));

/** What a string node stands for. */
export const stringOf = (tape: Tape, node: number): string => {
  if (!isPlain(tape, node)) return JSON.parse(textOf(tape, node)) as string;
  return tape.bytes.toString('latin1', startOf(tape, node) + 1, linkOf(tape, node) - 1);
};

/** The elements of an array, or the keys of an object (a key's value is the node after it): the first `limit`. */
export const childrenOf = (tape: Tape, node: number, limit = Number.POSITIVE_INFINITY): number[] => {
  const children: number[] = [];
  const step = firstByteOf(tape, node) === openBrace ? 1 : 0;
  for (let child = node + 1; !isEnd(tape, child); child = nextOf(tape, child + step)) {
    if (children.length >= limit) break;
    children.push(child);
  }
  return children;
};

/** The values of an object by their keys, in the order of the keys' first coming; of the same key the last counts. */
export const membersOf = (tape: Tape, node: number): Map<string, number> =>
  new Map(childrenOf(tape, node).map((key) => [stringOf(tape, key), key + 1]));

const isEnd = (tape: Tape, node: number): boolean => {
  const first = firstByteOf(tape, node);
  return first === closeBrace || first === closeBracket;
};
