import { childrenOf, kindOf, stringOf, textOf, type Tape } from './json-tape.ts';

const literals: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/** A key named `__proto__` is a key like any other. */
const setMember = (target: Record<string, unknown>, key: string, value: unknown): void => {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
};

const readContainer = (tape: Tape, node: number): unknown => {
  if (kindOf(tape, node) === 'array') return childrenOf(tape, node).map((child) => readNode(tape, child));
  const object: Record<string, unknown> = {};
  for (const key of childrenOf(tape, node)) {
    const name = stringOf(tape, key);
    const value = readNode(tape, key + 1);
    if (name === '__proto__') setMember(object, name, value);
    else object[name] = value;
  }
  return object;
};

const readNode = (tape: Tape, node: number): unknown => {
  const kind = kindOf(tape, node);
  if (kind === 'string') return stringOf(tape, node);
  if (kind !== 'scalar') return readContainer(tape, node);
  const text = textOf(tape, node);
  return Object.hasOwn(literals, text) ? literals[text] : Number(text);
};

/** Plain values of JavaScript: integers beyond 2^53 lose digits, 1.0 is 1. */
export const readValue = (tape: Tape, node: number): unknown =>
  tape.hasNonFinite ? readNode(tape, node) : JSON.parse(textOf(tape, node));
