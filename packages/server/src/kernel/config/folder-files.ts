import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { ConfigError } from './settings.ts';

const largestBytes = 1024 * 1024;

/** A file of an installation's folder. */
export interface FolderFile<T> {
  readonly file: string;
  readonly content: T;
}

/** `roles[0].grants[1]` */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`))
    .join('');

const readText = async (file: string): Promise<string | undefined> => {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    if (size > largestBytes) throw new Error(`it has ${size} bytes, at most ${largestBytes} are read`);
    return await handle.readFile('utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError(`${file}: ${(cause as Error).message}`, { cause });
  }
};

/**
 * The files of this name in the folders that have one. Throws `ConfigError`, which names the file and every field that
 * is wrong: what gives rights is taken as a whole or not at all.
 */
export const readFolderFiles = async <T>(
  folders: readonly string[],
  name: string,
  schema: z.ZodType<T>,
): Promise<readonly FolderFile<T>[]> => {
  const files: FolderFile<T>[] = [];
  for (const folder of folders) {
    const file = join(folder, name);
    const text = await readText(file);
    if (text === undefined) continue;
    let given: unknown;
    try {
      given = JSON.parse(text);
    } catch (cause) {
      throw new ConfigError(`${file}: ${(cause as Error).message}`, { cause });
    }
    const { success, data, error } = schema.safeParse(given);
    if (!success) {
      const faults = error.issues.map(({ path, message }) => `${file}: ${pathText(path)}: ${message}`);
      throw new ConfigError(faults.join('\n'), { cause: error });
    }
    files.push({ file, content: data });
  }
  return files;
};
