import { childrenOf, kindOf, stringOf, textOf, type Tape } from './json-tape.ts';
import { pythonNumber } from './python-number.ts';
import { PythonLiteral } from './python-repr.ts';

const literals: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/**
 * A node as `pythonRepr` prints it exactly: numbers by their lexemes, keys in their order. Of a large one only the
 * first `budget` nodes are read, more than is printed of it.
 */
export const readPythonValue = (tape: Tape, root: number, budget = Number.POSITIVE_INFINITY): unknown => {
  let left = budget;
  const read = (node: number): unknown => {
    left -= 1;
    const kind = kindOf(tape, node);
    if (kind === 'string') return stringOf(tape, node);
    if (kind === 'scalar') {
      const text = textOf(tape, node);
      return Object.hasOwn(literals, text) ? literals[text] : new PythonLiteral(pythonNumber(text));
    }
    const children = childrenOf(tape, node, left);
    if (kind === 'array') return children.map((child) => (left > 0 ? read(child) : null));
    return new Map(children.map((key) => [stringOf(tape, key), left > 0 ? read(key + 1) : null]));
  };
  return read(root);
};
