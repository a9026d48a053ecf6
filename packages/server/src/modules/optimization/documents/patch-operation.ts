import type { JsonDocument } from './document.ts';
import type { Place } from './json-equality.ts';
import { parsePointer } from './json-pointer.ts';
import { childrenOf, kindOf, membersOf, stringOf, type Tape } from './json-tape.ts';
import { PatchError } from './patch-error.ts';

export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: readonly string[]; readonly value: Place }
  | { readonly op: 'remove'; readonly path: readonly string[] }
  | { readonly op: 'move' | 'copy'; readonly path: readonly string[]; readonly from: readonly string[] };

interface Member {
  readonly tape: Tape;
  readonly members: ReadonlyMap<string, number>;
  readonly index: number;
}

const readString = ({ tape, members, index }: Member, name: string): string => {
  const node = members.get(name);
  if (node === undefined) throw new PatchError('invalid_patch', `it has no "${name}"`, index);
  if (kindOf(tape, node) !== 'string') throw new PatchError('invalid_patch', `"${name}" is no text`, index);
  return stringOf(tape, node);
};

const readPath = (member: Member, name: string): string[] => {
  const path = parsePointer(readString(member, name));
  if (path === undefined) throw new PatchError('invalid_patch', `"${name}" is no JSON pointer`, member.index);
  return path;
};

const readOperation = (member: Member): PatchOperation => {
  const op = readString(member, 'op');
  const path = readPath(member, 'path');
  switch (op) {
    case 'add':
    case 'replace':
    case 'test': {
      const node = member.members.get('value');
      if (node === undefined) throw new PatchError('invalid_patch', 'it has no "value"', member.index);
      return { op, path, value: { tape: member.tape, node } };
    }
    case 'remove':
      return { op, path };
    case 'move':
    case 'copy':
      return { op, path, from: readPath(member, 'from') };
    default:
      throw new PatchError('invalid_patch', `there is no operation "${op.slice(0, 40)}"`, member.index);
  }
};

/** All operations of a patch, or a `PatchError`: nothing is applied of a patch that is half right. */
export const readOperations = ({ tape, root }: JsonDocument): PatchOperation[] => {
  if (kindOf(tape, root) !== 'array')
    throw new PatchError('invalid_patch', 'A patch is a list of operations');
  return childrenOf(tape, root).map((node, index) => {
    if (kindOf(tape, node) !== 'object') {
      throw new PatchError('invalid_patch', 'an operation is an object', index);
    }
    return readOperation({ tape, members: membersOf(tape, node), index });
  });
};
