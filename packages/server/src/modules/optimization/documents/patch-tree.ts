import type { Place } from './json-equality.ts';
import { childrenOf, kindOf, stringOf, textOf } from './json-tape.ts';

/** A value that is being patched. What no operation has entered stays a place in the text that it came with. */
export type PatchNode =
  | { readonly kind: 'written'; readonly place: Place }
  | { readonly kind: 'array'; readonly items: PatchNode[] }
  | { readonly kind: 'object'; readonly members: Map<string, PatchMember> };

interface PatchMember {
  /** The key as it was written, in its quotes. */
  readonly key: string;
  readonly value: PatchNode;
}

export const written = (place: Place): PatchNode => ({ kind: 'written', place });

/** The node with its elements or members apart, so that they can be changed. Scalars stay what they are. */
export const opened = (node: PatchNode): PatchNode => {
  if (node.kind !== 'written') return node;
  const { tape, node: index } = node.place;
  const kind = kindOf(tape, index);
  const children = kind === 'array' || kind === 'object' ? childrenOf(tape, index) : [];
  if (kind === 'array') {
    return { kind, items: children.map((child) => written({ tape, node: child })) };
  }
  if (kind !== 'object') return node;
  const members = new Map<string, PatchMember>();
  for (const key of children) {
    members.set(stringOf(tape, key), { key: textOf(tape, key), value: written({ tape, node: key + 1 }) });
  }
  return { kind, members };
};

export const setMember = (members: Map<string, PatchMember>, name: string, value: PatchNode): void => {
  members.set(name, { key: members.get(name)?.key ?? JSON.stringify(name), value });
};

/** Hands the text of a node to `write` in pieces. */
export const writeNode = (node: PatchNode, write: (piece: string) => void): void => {
  if (node.kind === 'written') {
    write(textOf(node.place.tape, node.place.node));
    return;
  }
  let separator = '';
  if (node.kind === 'array') {
    write('[');
    for (const item of node.items) {
      write(separator);
      writeNode(item, write);
      separator = ',';
    }
    write(']');
    return;
  }
  write('{');
  for (const { key, value } of node.members.values()) {
    write(`${separator}${key}:`);
    writeNode(value, write);
    separator = ',';
  }
  write('}');
};
