import { childrenOf, kindOf, membersOf, type Tape } from './json-tape.ts';

/** RFC 6901. */
export const toPointer = (path: readonly (string | number)[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The steps of a pointer; undefined of what is none. */
export const parsePointer = (pointer: string): string[] | undefined => {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
};

/** The index that a step names; undefined of what is none: 01, -1, 1e0. */
export const parseIndex = (step: string): number | undefined =>
  /^(?:0|[1-9]\d{0,9})$/.test(step) ? Number(step) : undefined;

const childAt = (tape: Tape, node: number, step: string): number | undefined => {
  const kind = kindOf(tape, node);
  if (kind === 'object') return membersOf(tape, node).get(step);
  const index = kind === 'array' ? parseIndex(step) : undefined;
  return index === undefined ? undefined : childrenOf(tape, node, index + 1)[index];
};

export const nodeAt = (tape: Tape, root: number, path: readonly (string | number)[]): number | undefined => {
  let node: number | undefined = root;
  for (const step of path) {
    node = childAt(tape, node, String(step));
    if (node === undefined) return undefined;
  }
  return node;
};
