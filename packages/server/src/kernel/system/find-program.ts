import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** The absolute path of a program in the first of these folders that has it; undefined where none has. */
export const findProgram = (name: string, folders: readonly string[]): string | undefined =>
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
