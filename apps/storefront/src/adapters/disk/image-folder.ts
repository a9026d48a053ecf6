import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageStore } from '../../application/image-store.ts';

const shape = /^[0-9a-f]{64}\.(png|jpg|webp)$/;

/** A folder, which replicas share. A picture appears in it whole, by a rename. */
export const createImageFolder = async (folder: string): Promise<ImageStore> => {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  let writes = 0;
  return {
    write: async (name, content) => {
      writes += 1;
      const temporary = join(folder, `${name}.${process.pid}-${writes}.tmp`);
      try {
        const file = await open(temporary, 'wx', 0o640);
        try {
          await file.writeFile(content);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, join(folder, name));
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    open: async (name) => {
      if (!shape.test(name)) return undefined;
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      return found?.isFile() === true
        ? { content: createReadStream(path), sizeBytes: found.size }
        : undefined;
    },
    listOlderThan: async (time) => {
      const names = await readdir(folder);
      const old: string[] = [];
      for (const name of names) {
        const found = await stat(join(folder, name)).catch(() => undefined);
        // Half-written files of a process that died go as well.
        if (found?.isFile() === true && found.mtime < time) old.push(name);
      }
      return old;
    },
    remove: (name) => rm(join(folder, name), { force: true }),
  };
};
