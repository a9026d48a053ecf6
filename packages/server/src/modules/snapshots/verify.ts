import type { MachineFiles } from './manifest/machine-files.ts';
import { pathText, type FileEntry, type HashedEntry, type Manifest } from './manifest/manifest.ts';
import type { RepositoryReader, StoredFile } from './reader/repository-reader.ts';

/** How the files of a machine and what the repository holds of them compare. Paths are text for people. */
export interface Verification {
  /** What the repository holds, each file read back from it at least once. */
  readonly manifest: Manifest;
  /** The same file with another content: damage, or a file that was changed behind the file system's back. */
  readonly mismatched: readonly string[];
  /** There before the snapshot began, and not in it. */
  readonly missing: readonly string[];
  /** What the machine said about folders that it could not read. */
  readonly unreadable: readonly string[];
  /** Changed, made or removed while the snapshot was made. */
  readonly inMotion: readonly string[];
  /** Files that the machine hashed now; the others are as they were in `previous`. */
  readonly filesHashed: number;
}

const isSameStat = (a: FileEntry, b: FileEntry): boolean =>
  a.sizeBytes === b.sizeBytes && a.modified === b.modified && a.changed === b.changed && a.inode === b.inode;

const isAsStored = (file: FileEntry, stored: StoredFile): boolean =>
  file.sizeBytes === stored.sizeBytes && file.modified === stored.modified && file.changed === stored.changed;

/**
 * Compares every file of the machine with what the repository gives back. The machine hashes its files; contents that
 * no earlier verification has read back are read from the repository now. Throws `Damaged` when something of the
 * snapshot is not there or cannot be read.
 */
export const verifySnapshot = async (request: {
  readonly reader: RepositoryReader;
  readonly machineFiles: MachineFiles;
  readonly snapshotId: string;
  readonly paths: readonly string[];
  readonly excludes: readonly string[];
  /** Of the last snapshot that was verified. */
  readonly previous: Manifest | undefined;
  /** Hash every file, not only those that look changed since `previous`. */
  readonly hashesAll: boolean;
  readonly signal: AbortSignal;
}): Promise<Verification> => {
  const { reader, machineFiles, signal } = request;
  const [contents, listing] = await Promise.all([
    reader.readSnapshot(request.snapshotId, signal),
    machineFiles.list(request.paths, request.excludes, signal),
  ]);
  const before = new Map((request.previous?.files ?? []).map((file) => [file.path, file]));
  const readBefore = new Map((request.previous?.files ?? []).map((file) => [file.content, file.stored]));
  const unchanged = (file: FileEntry): string | undefined => {
    const known = before.get(file.path);
    return !request.hashesAll && known !== undefined && isSameStat(known, file)
      ? (known.sha256 ?? undefined)
      : undefined;
  };
  const toHash = listing.files.filter((file) => unchanged(file) === undefined);
  const [hashed, readNow] = await Promise.all([
    machineFiles.hash(toHash, signal),
    reader.readBack(
      contents.files.filter((file) => !readBefore.has(file.content)),
      signal,
    ),
    reader.checkPacks(contents.files, signal),
  ]);

  const storedHash = (file: StoredFile): string =>
    readNow.get(file.content) ?? readBefore.get(file.content) ?? '';
  const stored = new Map(contents.files.map((file) => [file.path, file]));
  const listed = new Map(listing.files.map((file) => [file.path, file]));
  const inMotion: string[] = [];
  const missing: string[] = [];
  const suspects: FileEntry[] = [];
  const agreed = new Map<string, string>();
  for (const file of listing.files) {
    const found = stored.get(file.path);
    const sha256 = unchanged(file) ?? hashed.get(file.path);
    if (found === undefined) (file.changed >= contents.startedAt ? inMotion : missing).push(file.path);
    else if (sha256 !== undefined && sha256 === storedHash(found)) agreed.set(file.path, sha256);
    else if (isAsStored(file, found)) suspects.push(file);
    else inMotion.push(file.path);
  }
  for (const path of stored.keys()) if (!listed.has(path)) inMotion.push(path);
  inMotion.push(...linksInMotion(listing.links, contents.links));

  // A file may have changed between being listed and being hashed: that shows in its times now.
  const now = new Map(
    (
      await machineFiles.stat(
        suspects.map(({ path }) => path),
        signal,
      )
    ).map((file) => [file.path, file]),
  );
  const mismatched: string[] = [];
  for (const suspect of suspects) {
    const present = now.get(suspect.path);
    const isStill = present !== undefined && isSameStat(present, suspect);
    (isStill ? mismatched : inMotion).push(suspect.path);
  }

  const files = contents.files.map((file): HashedEntry => {
    const entry = listed.get(file.path);
    return {
      path: file.path,
      sizeBytes: file.sizeBytes,
      modified: file.modified,
      changed: file.changed,
      accessed: entry?.accessed ?? file.modified,
      inode: entry?.inode ?? '0',
      sha256: agreed.get(file.path) ?? null,
      stored: storedHash(file),
      content: file.content,
    };
  });
  return {
    manifest: { files, links: contents.links },
    mismatched: mismatched.map(pathText),
    missing: missing.map(pathText),
    inMotion: inMotion.map(pathText),
    unreadable: listing.unreadable,
    filesHashed: toHash.length,
  };
};

interface Link {
  readonly path: string;
  readonly target: string;
}

const linksInMotion = (listed: readonly Link[], stored: readonly Link[]): readonly string[] => {
  const targets = new Map(stored.map(({ path, target }) => [path, target]));
  const present = new Set(listed.map(({ path }) => path));
  return [
    ...listed.flatMap(({ path, target }) => (targets.get(path) === target ? [] : [path])),
    ...stored.flatMap(({ path }) => (present.has(path) ? [] : [path])),
  ];
};
