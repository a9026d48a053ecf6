import { chmodSync, chownSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LaunchRefused, type Mount } from '../executor.ts';

/** The group that owns what runs of different users share; beside the ids of runs, see `runUids`. */
const sharedGroup = 1_899_999_999;
const sharedGroupInContainer = 60_599;

export const sharedGroupFor = (firstUid: number): number =>
  firstUid > sharedGroup ? sharedGroup : sharedGroupInContainer;

/**
 * The first folder on the way that another user cannot pass, or the folder itself when it cannot be read; for
 * runs that have no view of their own. Undefined when there is none.
 */
export const findClosedFolder = (path: string, needed: 0o1 | 0o5): string | undefined => {
  if ((statSync(path).mode & needed) !== needed) return path;
  return path === '/' ? undefined : findClosedFolder(dirname(path), 0o1);
};

const groupWrite = 0o020;
const groupRead = 0o050;

/**
 * Groups that a run of another user needs for its mounts. A folder to write into that is neither open to
 * everybody nor to a group is given to the group of runs (`changed` is told), with the setgid bit, so that each
 * run can replace what an earlier one wrote. Sub-folders that somebody else made stay theirs. Throws
 * `LaunchRefused` for a folder that runs cannot read.
 */
export const groupsForMounts = (
  mounts: readonly Mount[],
  shared: number,
  changed: (path: string) => void,
): readonly number[] => {
  const groups = new Set<number>();
  for (const mount of mounts) {
    const { mode, gid } = statSync(mount.path);
    const [wanted, forAll] = mount.writable ? [groupRead | groupWrite, 0o007] : [groupRead, 0o005];
    if ((mode & forAll) === forAll) continue;
    if ((mode & wanted) === wanted && gid !== 0) {
      groups.add(gid);
      continue;
    }
    if (!mount.writable) {
      const found = (mode & 0o777).toString(8);
      throw new LaunchRefused(
        `The folder ${mount.path} (mode ${found}) cannot be read by runs: open it to others`,
      );
    }
    chownSync(mount.path, -1, shared);
    chmodSync(mount.path, (mode & 0o7777) | 0o2070);
    groups.add(shared);
    changed(mount.path);
  }
  return [...groups];
};
