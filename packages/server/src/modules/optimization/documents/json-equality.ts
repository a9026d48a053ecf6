import { childrenOf, isSameLexeme, kindOf, membersOf, stringOf, textOf, type Tape } from './json-tape.ts';
import { pythonNumber } from './python-number.ts';

/** A node of some document. */
export interface Place {
  readonly tape: Tape;
  readonly node: number;
}

type IsSame = (a: Place, b: Place) => boolean;

const isSameArray = (a: Place, b: Place, isSameLeaf: IsSame): boolean => {
  const childrenA = childrenOf(a.tape, a.node);
  const childrenB = childrenOf(b.tape, b.node);
  if (childrenA.length !== childrenB.length) return false;
  return childrenA.every((node, index) =>
    isSame({ tape: a.tape, node }, { tape: b.tape, node: childrenB[index] as number }, isSameLeaf),
  );
};

const isSameObject = (a: Place, b: Place, isSameLeaf: IsSame): boolean => {
  const keysA = childrenOf(a.tape, a.node);
  const keysB = childrenOf(b.tape, b.node);
  const areKeysSame =
    keysA.length === keysB.length &&
    keysA.every((key, index) => isSameLexeme(a.tape, key, b.tape, keysB[index] as number));
  if (areKeysSame) {
    // Rows of a table: no map is made for each of them.
    return keysA.every((key, index) =>
      isSame(
        { tape: a.tape, node: key + 1 },
        { tape: b.tape, node: (keysB[index] as number) + 1 },
        isSameLeaf,
      ),
    );
  }
  const membersA = membersOf(a.tape, a.node);
  const membersB = membersOf(b.tape, b.node);
  if (membersA.size !== membersB.size) return false;
  return membersA.entries().every(([key, node]) => {
    const other = membersB.get(key);
    return other !== undefined && isSame({ tape: a.tape, node }, { tape: b.tape, node: other }, isSameLeaf);
  });
};

const isSame = (a: Place, b: Place, isSameLeaf: IsSame): boolean => {
  if (isSameLexeme(a.tape, a.node, b.tape, b.node)) return true;
  const kind = kindOf(a.tape, a.node);
  if (kind !== kindOf(b.tape, b.node)) return false;
  if (kind === 'array') return isSameArray(a, b, isSameLeaf);
  if (kind === 'object') return isSameObject(a, b, isSameLeaf);
  return isSameLeaf(a, b);
};

/** Whether both are written alike, apart from spaces and the order of keys. */
export const isWrittenAlike = (a: Place, b: Place): boolean => isSame(a, b, () => false);

const isNumber = (text: string): boolean => /^[-0-9]/.test(text);

/** 1, 1.0 and 1e0 are the same; integers are compared digit by digit. */
const isSameNumber = (a: string, b: string): boolean => {
  const reprA = pythonNumber(a);
  const reprB = pythonNumber(b);
  if (reprA === reprB) return true;
  const areIntegers = !/\D/.test(reprA.replace('-', '')) && !/\D/.test(reprB.replace('-', ''));
  return !areIntegers && Number(a) === Number(b);
};

/** Whether both mean the same, as the operation `test` of RFC 6902 asks. */
export const isSameValue = (a: Place, b: Place): boolean =>
  isSame(a, b, (a, b) => {
    if (kindOf(a.tape, a.node) === 'string') return stringOf(a.tape, a.node) === stringOf(b.tape, b.node);
    const textA = textOf(a.tape, a.node);
    const textB = textOf(b.tape, b.node);
    return isNumber(textA) && isNumber(textB) && isSameNumber(textA, textB);
  });
