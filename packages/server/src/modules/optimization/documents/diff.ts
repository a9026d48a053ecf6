import type { JsonDocument } from './document.ts';
import { isWrittenAlike, type Place } from './json-equality.ts';
import { toPointer } from './json-pointer.ts';
import { childrenOf, kindOf, lengthOf, membersOf, textOf } from './json-tape.ts';
import { gapsBetween, type Gap } from './sequence-diff.ts';

/** So many rows added and removed are told apart from the others; beyond it rows are compared by their place. */
const maxEdits = 200;

interface Operation {
  readonly text: string;
}

const operation = (op: 'add' | 'remove' | 'replace', pointer: string, value?: Place): Operation => {
  const target = `{"op":"${op}","path":${JSON.stringify(pointer)}`;
  return {
    text: value === undefined ? `${target}}` : `${target},"value":${textOf(value.tape, value.node)}}`,
  };
};

const below = (pointer: string, step: string | number): string => pointer + toPointer([step]);

function* diffObjects(a: Place, b: Place, pointer: string): Iterable<Operation> {
  const membersA = membersOf(a.tape, a.node);
  const membersB = membersOf(b.tape, b.node);
  for (const key of membersA.keys()) if (!membersB.has(key)) yield operation('remove', below(pointer, key));
  for (const [key, node] of membersB) {
    const before = membersA.get(key);
    const value = { tape: b.tape, node };
    if (before === undefined) yield operation('add', below(pointer, key), value);
    else yield* diffPlaces({ tape: a.tape, node: before }, value, below(pointer, key));
  }
}

/** The same number for rows written with the same bytes. */
const numberRows = (rows: readonly Place[], numbers: Map<string, number>): number[] =>
  rows.map(({ tape, node }) => {
    const text = textOf(tape, node);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });

const findGaps = (a: readonly Place[], b: readonly Place[]): Gap[] => {
  const whole = { aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length };
  if (a.length === 0 || b.length === 0 || Math.abs(a.length - b.length) > maxEdits) return [whole];
  const numbers = new Map<string, number>();
  return gapsBetween(numberRows(a, numbers), numberRows(b, numbers), maxEdits) ?? [whole];
};

const placesOf = ({ tape, node }: Place): Place[] =>
  childrenOf(tape, node).map((child) => ({ tape, node: child }));

/** How many elements both have in common at their start, or from `step` -1 at their end. */
const commonLength = (a: readonly Place[], b: readonly Place[], atEnd: boolean, max: number): number => {
  for (let length = 0; length < max; length += 1) {
    const index = atEnd ? -1 - length : length;
    if (!isWrittenAlike(a.at(index) as Place, b.at(index) as Place)) return length;
  }
  return max;
};

function* diffArrays(a: Place, b: Place, pointer: string): Iterable<Operation> {
  const allA = placesOf(a);
  const allB = placesOf(b);
  const max = Math.min(allA.length, allB.length);
  const start = commonLength(allA, allB, false, max);
  const end = commonLength(allA, allB, true, max - start);
  const rowsA = allA.slice(start, allA.length - end);
  const rowsB = allB.slice(start, allB.length - end);
  for (const gap of findGaps(rowsA, rowsB)) {
    const removed = rowsA.slice(gap.aStart, gap.aEnd);
    const added = rowsB.slice(gap.bStart, gap.bEnd);
    // What is before the gap is already as in `b`.
    const first = start + gap.bStart;
    const both = Math.min(removed.length, added.length);
    for (let index = 0; index < both; index += 1) {
      const [before, after] = [removed[index] as Place, added[index] as Place];
      yield* diffPlaces(before, after, below(pointer, first + index));
    }
    for (let index = removed.length - 1; index >= both; index -= 1) {
      yield operation('remove', below(pointer, first + index));
    }
    for (const [index, row] of added.slice(both).entries()) {
      yield operation('add', below(pointer, first + both + index), row);
    }
  }
}

const diffPlaces = (a: Place, b: Place, pointer: string): Operation[] => {
  if (isWrittenAlike(a, b)) return [];
  const replacement = (): Operation[] => [operation('replace', pointer, b)];
  const kind = kindOf(a.tape, a.node);
  if (kind !== kindOf(b.tape, b.node) || (kind !== 'object' && kind !== 'array')) return replacement();
  const operations: Operation[] = [];
  let left = lengthOf(b.tape, b.node) + pointer.length + 40;
  for (const one of kind === 'object' ? diffObjects(a, b, pointer) : diffArrays(a, b, pointer)) {
    left -= one.text.length;
    // The rest is not looked at: of millions of rows that differ a few thousand have shown enough.
    if (left < 0) return replacement();
    operations.push(one);
  }
  return operations;
};

/**
 * The text of a patch (RFC 6902: add, remove, replace) that turns `a` into `b`. It never gets much longer than `b`.
 * What differs in its lexeme alone (1.0 and 1.00) differs; spaces and the order of keys do not count.
 */
export const diffDocuments = (a: JsonDocument, b: JsonDocument): string => {
  const operations = diffPlaces({ tape: a.tape, node: a.root }, { tape: b.tape, node: b.root }, '');
  return `[${operations.map(({ text }) => text).join(',')}]`;
};
