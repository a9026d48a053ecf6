import type { MachineFiles } from '../manifest/machine-files.ts';
import { pathBytes, pathText, type HashedEntry, type LinkEntry } from '../manifest/manifest.ts';
import type { Restic } from '../restic/restic.ts';
import { chooseHotSet, type HotSet } from './hot-set.ts';
import { maxPatterns, patternOf } from './patterns.ts';

/** One attempt to bring files back. What earlier attempts reached is in `reached`. */
export interface RestoreFilesRequest {
  readonly restic: Restic;
  readonly machineFiles: MachineFiles;
  /** Of restic, in full. */
  readonly snapshotId: string;
  readonly snapshotSeconds: number;
  /** The files to restore, by their paths in the snapshot. */
  readonly files: readonly HashedEntry[];
  /** The links among them. */
  readonly links: readonly LinkEntry[];
  /** Limits the restore to what lies here or below; empty for everything. */
  readonly paths: readonly string[];
  /** `/` brings everything back to where it was; any other folder gets the whole paths below it. */
  readonly targetPath: string;
  readonly verify: boolean;
  /** An attempt before this one may have left files of full size with holes in them. */
  readonly isRepeated: boolean;
  readonly reached: { readonly first: boolean; readonly hot: boolean };
  readonly onFirst: () => Promise<void>;
  readonly onHot: () => Promise<void>;
  readonly onComplete: () => Promise<void>;
  readonly signal: AbortSignal;
}

export interface RestoreFilesResult {
  /** Files that are not as they should be. Empty: every file was read back and is right. */
  readonly wrong: readonly string[];
  /** What restic could not write. */
  readonly errors: readonly string[];
}

/** A second or two of an ordinary link. */
const soonBytes = 64 * 1024 * 1024;

const bySize = (a: HashedEntry, b: HashedEntry): number => b.sizeBytes - a.sizeBytes;

export const restoreFiles = async (request: RestoreFilesRequest): Promise<RestoreFilesResult> => {
  const { restic, machineFiles, snapshotId, files, signal } = request;
  const target = request.targetPath;
  const placeOf = (file: { readonly path: string }): string =>
    target === '/' ? file.path : `${target}${file.path}`;
  const errors: string[] = [];
  const run = async (patterns: {
    include?: readonly string[];
    exclude?: readonly string[];
  }): Promise<void> => {
    const result = await restic.restore({ snapshotId, target, ...patterns }, signal);
    errors.push(...result.errors);
  };
  const only = async (some: readonly HashedEntry[]): Promise<void> => {
    for (let at = 0; at < some.length; at += maxPatterns)
      await run({ include: some.slice(at, at + maxPatterns).map((file) => patternOf(file.path)) });
  };
  /**
   * restic (0.14) makes no link where something is already: an earlier attempt's, or the image's. Answers what is to be
   * left as it is, because somebody is at work there by now.
   */
  const makeWayForLinks = async (): Promise<readonly LinkEntry[]> => {
    const present = await machineFiles.readLinks(request.links.map(placeOf), signal);
    const inTheWay = request.links.filter((link) => present.has(placeOf(link)));
    const isKept = (link: LinkEntry): boolean =>
      request.isRepeated && present.get(placeOf(link)) !== link.target;
    await machineFiles.remove(inTheWay.filter((link) => !isKept(link)).map(placeOf), signal);
    return inTheWay.filter(isKept);
  };
  /** Folders, links and whatever else is no file are among it. */
  const allBut = async (some: readonly HashedEntry[]): Promise<void> => {
    const kept = await makeWayForLinks();
    await run({ exclude: [...some, ...kept].slice(0, maxPatterns).map(({ path }) => patternOf(path)) });
  };

  /** Files among these that are not there as the snapshot has them. */
  const findWrong = async (some: readonly HashedEntry[]): Promise<readonly HashedEntry[]> => {
    const hashes = await machineFiles.hash(
      some.map((file) => ({ path: placeOf(file), sizeBytes: file.sizeBytes })),
      signal,
    );
    return some.filter((file) => hashes.get(placeOf(file)) !== file.stored);
  };

  const isLimited = request.paths.length > 0;
  const tiers: HotSet = isLimited
    ? { first: [], hasAllSmall: false, hot: [] }
    : chooseHotSet(files, request.snapshotSeconds);

  const early = new Set([...tiers.first, ...tiers.hot]);
  const late = files.filter((file) => !early.has(file));

  if (!request.reached.first) {
    await (tiers.hasAllSmall ? allBut([...tiers.hot, ...late]) : only(tiers.first));
    await request.onFirst();
  }
  const restoreHot = async (): Promise<void> => {
    if (request.reached.hot) return;
    await only(tiers.hot);
    await request.onHot();
  };
  // What is early is not written again: whoever works in the machine by now may have changed it.
  const restoreRest = async (): Promise<void> => {
    if (isLimited) {
      await makeWayForLinks();
      return run({ include: request.paths.map((path) => patternOf(pathBytes(path))) });
    }
    if (tiers.hasAllSmall) return only(request.isRepeated ? await findWrong(late) : late);
    const leftAlone = request.isRepeated ? await findRight(late, findWrong) : [];
    return allBut([...early, ...leftAlone.slice(0, maxPatterns - early.size)]);
  };
  // A hot set that is soon there does not have to be waited for: starting restic takes longer than its files.
  const hotBytes = tiers.hot.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (hotBytes <= soonBytes) await Promise.all([restoreHot(), restoreRest()]);
  else {
    await restoreHot();
    await restoreRest();
  }
  await request.onComplete();
  if (!request.verify) return { wrong: [], errors };

  const suspects = await findWrong(files);
  // Changed since it was restored, by whoever works there: its time of change says so.
  const isEdited = async (): Promise<(file: HashedEntry) => boolean> => {
    const now = new Map(
      (await machineFiles.stat(suspects.map(placeOf), signal)).map((file) => [file.path, file]),
    );
    return (file) => {
      const present = now.get(placeOf(file));
      return present !== undefined && present.modified !== file.modified;
    };
  };
  const edited = await isEdited();
  const damaged = suspects.filter((file) => !edited(file));
  if (damaged.length === 0) return { wrong: [], errors };
  await only(damaged);
  return { wrong: (await findWrong(damaged)).map((file) => pathText(file.path)), errors };
};

/** The largest files that are right already: leaving them out of the next pass saves the most. */
const findRight = async (
  files: readonly HashedEntry[],
  findWrong: (some: readonly HashedEntry[]) => Promise<readonly HashedEntry[]>,
): Promise<readonly HashedEntry[]> => {
  const wrong = new Set(await findWrong(files));
  return files.filter((file) => !wrong.has(file)).toSorted(bySize);
};
