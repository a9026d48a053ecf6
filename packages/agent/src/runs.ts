import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Whether a run is on the machine. Each has a folder, in which `exit.STATUS` appears when it has ended. What cannot be
 * read counts as one that is at work.
 */
export const hasRuns = async (folder: string): Promise<boolean> => {
  try {
    for (const run of await readdir(folder)) {
      const files = await readdir(join(folder, run));
      if (!files.some((name) => name.startsWith('exit.'))) return true;
    }
    return false;
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    return !(code === 'ENOENT' && path === folder);
  }
};
