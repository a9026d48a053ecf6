import type { HashedEntry } from '../manifest/manifest.ts';
import { maxPatterns } from './patterns.ts';

/**
 * Which files come first, so that a machine can be worked in long before its last byte is there.
 *
 * 1. `first`: all small files, where they are 64 MiB at most. Of more than that: what a shell reads when it starts
 *    (small files whose name, or whose folder's name, begins with a dot), then those that were used last, 400 files and
 *    8 MiB at most. They are there with the first command. Small files lie beside each other in the repository, and
 *    restic fetches what lies between two that it needs: a few of them cost as much of the link as all, twice.
 * 2. `hot`: what was read or changed within a day before the snapshot, the last used first: 600 more files, 1 GiB.
 * 3. Everything else.
 *
 * Used is the later of the times of reading and changing; where reading leaves no trace (`noatime`) it is the change.
 * So it is where more than half of the files were read within that day: whoever compares every file, as we do after
 * each restore, reads it (`relatime` takes note of that too).
 */
export interface HotSet {
  readonly first: readonly HashedEntry[];
  /** `first` is all small files: the others are few enough to be named to restic instead. */
  readonly hasAllSmall: boolean;
  readonly hot: readonly HashedEntry[];
}

const limits = {
  small: { bytes: 64 * 1024 * 1024, fileBytes: 256 * 1024 },
  first: { files: 400, bytes: 8 * 1024 * 1024 },
  hot: { files: 600, bytes: 1024 * 1024 * 1024, seconds: 24 * 3600 },
} as const;
const shellFileBytes = 64 * 1024;

const secondsOf = (time: string): number => Number(time);

type LastUse = (file: HashedEntry) => number;
const lastChange: LastUse = ({ modified }) => secondsOf(modified);
const lastReadOrChange: LastUse = ({ accessed, modified }) =>
  Math.max(secondsOf(accessed), secondsOf(modified));

const lastUseAmong = (files: readonly HashedEntry[], sinceSeconds: number): LastUse => {
  const onlyRead = files.filter(
    ({ accessed, modified }) => secondsOf(accessed) >= sinceSeconds && secondsOf(modified) < sinceSeconds,
  );
  return onlyRead.length > files.length / 2 ? lastChange : lastReadOrChange;
};

const isOfShell = ({ path, sizeBytes }: HashedEntry): boolean => {
  const [name = '', folder = ''] = path.split('/').toReversed();
  // Caches and histories of tools lie deeper than that.
  return sizeBytes <= shellFileBytes && (name.startsWith('.') || /^\.(ssh|config|profile\.d)$/.test(folder));
};

const take = (
  files: readonly HashedEntry[],
  limit: { readonly files: number; readonly bytes: number },
): readonly HashedEntry[] => {
  const taken: HashedEntry[] = [];
  let bytes = 0;
  for (const file of files) {
    if (taken.length >= limit.files) break;
    if (bytes + file.sizeBytes > limit.bytes) continue;
    bytes += file.sizeBytes;
    taken.push(file);
  }
  return taken;
};

/** `snapshotSeconds` is the time of the snapshot by the machine's own clock, as the times of its files are. */
export const chooseHotSet = (files: readonly HashedEntry[], snapshotSeconds: number): HotSet => {
  const sinceSeconds = snapshotSeconds - limits.hot.seconds;
  const lastUse = lastUseAmong(files, sinceSeconds);
  const byUse = files.toSorted((a, b) => lastUse(b) - lastUse(a));
  const small = byUse.filter((file) => file.sizeBytes <= limits.small.fileBytes);
  const hasAllSmall =
    small.reduce((sum, file) => sum + file.sizeBytes, 0) <= limits.small.bytes &&
    files.length - small.length <= maxPatterns;
  const first = hasAllSmall
    ? small
    : take([...small.filter(isOfShell), ...small.filter((file) => !isOfShell(file))], limits.first);
  const chosen = new Set(first);
  const recent = byUse.filter((file) => !chosen.has(file) && lastUse(file) >= sinceSeconds);
  return { first, hasAllSmall, hot: take(recent, limits.hot) };
};
