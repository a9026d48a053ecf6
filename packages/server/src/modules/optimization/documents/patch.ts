import { DocumentError } from './document-error.ts';
import { readDocument, type JsonDocument } from './document.ts';
import { isSameValue } from './json-equality.ts';
import { parseIndex, toPointer } from './json-pointer.ts';
import { PatchError, type PatchFault } from './patch-error.ts';
import { readOperations, type PatchOperation } from './patch-operation.ts';
import { opened, setMember, writeNode, written, type PatchNode } from './patch-tree.ts';

export { diffDocuments } from './diff.ts';
export { PatchError } from './patch-error.ts';

type Path = readonly string[];
type Writable = Exclude<PatchNode, { kind: 'written' }>;

/**
 * Nanoseconds, roughly: a patch of a few kilobytes could otherwise copy megabytes ten thousand times. To write a
 * changed part out and read it again costs much more than to shift rows.
 */
const maxEffort = 2e9;
const effortOfCharacter = 60;

const childOf = (parent: Writable, step: string): PatchNode | undefined => {
  if (parent.kind === 'object') return parent.members.get(step)?.value;
  const index = parseIndex(step);
  return index === undefined ? undefined : parent.items[index];
};

/** In the place of the child that is there. */
const putChild = (parent: Writable, step: string, child: PatchNode): void => {
  if (parent.kind === 'object') setMember(parent.members, step, child);
  else parent.items[Number(step)] = child;
};

class Patching {
  readonly #document: JsonDocument;
  #root: PatchNode;
  #index = 0;
  #effort = 0;

  constructor(document: JsonDocument) {
    this.#document = document;
    this.#root = written({ tape: document.tape, node: document.root });
  }

  apply(operations: readonly PatchOperation[]): string {
    for (const [index, operation] of operations.entries()) {
      this.#index = index;
      this.#apply(operation);
    }
    return this.#textOf(this.#root);
  }

  #apply(operation: PatchOperation): void {
    const { path } = operation;
    if (path.length > (this.#document.limits.maxDepth ?? 200))
      this.#fail('invalid_patch', 'its path is too deep');
    switch (operation.op) {
      case 'add':
        return this.#add(path, written(operation.value));
      case 'replace':
        this.#find(path);
        return this.#replace(path, written(operation.value));
      case 'remove':
        return this.#remove(path);
      case 'test':
        return this.#test(path, written(operation.value));
      case 'copy':
        return this.#add(path, this.#settled(this.#find(operation.from)));
      case 'move':
        return this.#move(operation.from, path);
    }
  }

  #move(from: Path, to: Path): void {
    const node = this.#settled(this.#find(from));
    if (toPointer(from) === toPointer(to)) return;
    if (from.every((step, depth) => step === to[depth])) {
      this.#fail('invalid_patch', 'nothing can be moved into itself');
    }
    this.#remove(from);
    this.#add(to, node);
  }

  #add(path: Path, value: PatchNode): void {
    const last = path.at(-1);
    if (last === undefined) {
      this.#root = value;
      return;
    }
    const parent = this.#open(path.slice(0, -1));
    if (parent.kind === 'object') {
      setMember(parent.members, last, value);
      return;
    }
    const { items } = parent;
    const index = last === '-' ? items.length : parseIndex(last);
    if (index === undefined || index > items.length) this.#missing(path);
    this.#spend(items.length - index);
    items.splice(index, 0, value);
  }

  #remove(path: Path): void {
    const last = path.at(-1);
    if (last === undefined) this.#fail('invalid_patch', 'the whole document cannot be removed');
    const parent = this.#open(path.slice(0, -1));
    if (parent.kind === 'object') {
      if (!parent.members.delete(last)) this.#missing(path);
      return;
    }
    const index = parseIndex(last);
    if (index === undefined || index >= parent.items.length) this.#missing(path);
    this.#spend(parent.items.length - index);
    parent.items.splice(index, 1);
  }

  #test(path: Path, expected: PatchNode): void {
    const found = this.#settled(this.#find(path));
    if (found.kind !== 'written' || expected.kind !== 'written') return;
    if (!isSameValue(found.place, expected.place)) {
      this.#fail('test_failed', `what is at "${toPointer(path)}" is not what was expected`);
    }
  }

  #find(path: Path): PatchNode {
    const last = path.at(-1);
    if (last === undefined) return this.#root;
    return childOf(this.#open(path.slice(0, -1)), last) ?? this.#missing(path);
  }

  /** The array or object at `path`, ready to be changed, as is all that leads to it. */
  #open(path: Path): Writable {
    let node = this.#writable(this.#root, path);
    this.#root = node;
    for (const step of path) {
      const child = this.#writable(childOf(node, step), path);
      putChild(node, step, child);
      node = child;
    }
    return node;
  }

  #writable(node: PatchNode | undefined, path: Path): Writable {
    const result = node === undefined ? undefined : opened(node);
    return result === undefined || result.kind === 'written' ? this.#missing(path) : result;
  }

  /** Something must be there. */
  #replace(path: Path, value: PatchNode): void {
    const last = path.at(-1);
    if (last === undefined) this.#root = value;
    else putChild(this.#open(path.slice(0, -1)), last, value);
  }

  /** As a text of its own, which later operations on the original do not change. */
  #settled(node: PatchNode): PatchNode {
    if (node.kind === 'written') return node;
    const text = this.#textOf(node);
    this.#spend(text.length * effortOfCharacter);
    try {
      const { tape, root } = readDocument(text, this.#document.limits);
      return written({ tape, node: root });
    } catch (error) {
      if (error instanceof DocumentError)
        throw new PatchError('too_long', error.message, this.#index, { cause: error });
      throw error;
    }
  }

  #textOf(node: PatchNode): string {
    const pieces: string[] = [];
    let length = 0;
    writeNode(node, (piece) => {
      length += piece.length;
      if (length > this.#document.limits.maxBytes) this.#fail('too_long', 'the document gets too long');
      pieces.push(piece);
    });
    return pieces.join('');
  }

  #spend(effort: number): void {
    this.#effort += effort;
    if (this.#effort > maxEffort) this.#fail('too_costly', 'the patch moves too much data about');
  }

  #missing(path: Path): never {
    this.#fail('missing_target', `there is nothing at "${toPointer(path).slice(0, 200)}"`);
  }

  #fail(code: PatchFault, problem: string): never {
    throw new PatchError(code, problem, this.#index);
  }
}

/**
 * The text after all operations of a patch (RFC 6902), or a `PatchError` and nothing. What no operation touches stays
 * as it was written. The text may be nested deeper than the document's limit: who reads it again finds out.
 */
export const applyPatch = (document: JsonDocument, patch: JsonDocument): string =>
  new Patching(document).apply(readOperations(patch));
