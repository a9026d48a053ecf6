import type { Readable, Writable } from 'node:stream';

/** The kinds of files in a repository (restic's own layout, which a user's restic reads as well). */
export const fileKinds = ['config', 'data', 'index', 'keys', 'locks', 'snapshots'] as const;
export type FileKind = (typeof fileKinds)[number];

/** One file: its name is the SHA-256 of its content in hex; the one `config` has an empty name. */
export interface FileId {
  readonly kind: FileKind;
  readonly name: string;
}

export interface ByteRange {
  /** Places of bytes, both included. */
  readonly start: number;
  readonly end?: number;
}

/** One file, or a part of it, that is open until it is disposed of. */
export interface OpenFile extends AsyncDisposable {
  /** Of the whole file. */
  readonly sizeBytes: number;
  /** What was asked for, whole. */
  read(): Promise<Buffer<ArrayBuffer>>;
  /** Writes what was asked for, as fast as it is taken; does not end the sink. Throws when either side breaks off. */
  sendTo(sink: Writable): Promise<void>;
}

/** The files of one repository, wherever they are. */
export interface RepositoryFiles {
  list(kind: FileKind, signal: AbortSignal): Promise<readonly { name: string; sizeBytes: number }[]>;
  findSize(file: FileId): Promise<number | undefined>;
  /** Undefined when there is no such file. A range that reaches beyond the end is cut off there. */
  open(file: FileId, range?: ByteRange): Promise<OpenFile | undefined>;
  /**
   * Stores a file, whole or not at all, when its content has the name that it comes under: throws `WrongContent`
   * otherwise, and what the stream throws. A file that is there already is replaced by its equal.
   */
  write(file: FileId, content: Readable): Promise<void>;
  remove(file: FileId): Promise<void>;
}

/** What arrived is not what its name says: cut off, damaged, or not from restic. */
export class WrongContent extends Error {
  override readonly name = 'WrongContent';
}

const names = /^[0-9a-f]{64}$/;

export const isFileName = (name: string): boolean => names.test(name);

/** Path below the repository. Throws for what is not restic's. */
export const pathOf = ({ kind, name }: FileId): string => {
  if (kind === 'config') {
    if (name !== '') throw new Error('the configuration has no name');
    return 'config';
  }
  if (!isFileName(name)) throw new Error(`not a name of a file: ${name}`);
  return kind === 'data' ? `data/${name.slice(0, 2)}/${name}` : `${kind}/${name}`;
};
