import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Where the system keeps programs; never the PATH of who started us. */
const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'];

/** The absolute path of a system program. */
export const findTool = (name: string): string | undefined =>
  folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

export const getTool = (name: string): string => {
  const path = findTool(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
};
