import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** The text of a file; undefined where there is none. */
export const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Replaces a file by a whole new one: whoever reads sees the old or the new, whatever is killed in between. */
export const writeWhole = (path: string, text: string): void => {
  const aside = `${path}.new`;
  const file = openSync(aside, 'w', 0o600);
  writeFileSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(aside, path);
};

/** Reads lines of JSON. A line that is none was cut when a process was killed while it wrote: nobody was told of it. */
export const readJsonLines = (text: string): readonly unknown[] =>
  text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
