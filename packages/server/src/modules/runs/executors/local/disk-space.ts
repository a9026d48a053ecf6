import { statfsSync } from 'node:fs';

/** Less than this is none: what a run wants to write at once is larger than the last free blocks of a disk. */
const noneBytes = 64 * 1024;

/** Whether one of the folders lies on a disk without space, or without room for another file, for who is not root. */
export const hasFullDisk = (folders: readonly string[]): boolean =>
  folders.some((folder) => {
    try {
      const { bavail, bsize, files, ffree } = statfsSync(folder);
      // Some file systems count no files: they say 0 of 0.
      return bavail * bsize < noneBytes || (files > 0 && ffree === 0);
    } catch {
      return false;
    }
  });
