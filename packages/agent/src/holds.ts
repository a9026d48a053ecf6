import { readdir } from 'node:fs/promises';

/** Whether a run is on the machine: each keeps a file in this folder while it is. Unknown counts as one. */
export const hasHolds = async (folder: string): Promise<boolean> => {
  try {
    return (await readdir(folder)).length > 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
};
