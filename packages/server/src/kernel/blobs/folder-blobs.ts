import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { assertBlobKey, assertBlobRange, type Blobs } from './blobs.ts';
import { measure } from './measure.ts';

/** Blobs in a folder of this host. */
export const createFolderBlobs = (folder: string): Blobs => {
  const fileOf = (key: string): string => {
    assertBlobKey(key);
    return join(folder, key);
  };
  return {
    put: async (key, content) => {
      const measured = measure(content);
      let aside: string | undefined;
      try {
        const file = fileOf(key);
        aside = `${file}.${randomUUID()}.part`;
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await pipeline(measured.content, createWriteStream(aside, { mode: 0o600, flush: true }));
        await rename(aside, file);
        // A rename is kept only when its folder is.
        await syncFolder(dirname(file));
        return measured.info();
      } catch (error) {
        measured.content.destroy();
        if (aside !== undefined) await rm(aside, { force: true });
        throw error;
      }
    },
    open: async (key, range) => {
      assertBlobRange(range);
      const handle = await openFile(fileOf(key));
      if (handle === undefined) return undefined;
      const info = await handle.stat();
      if (!info.isFile()) {
        await handle.close();
        return undefined;
      }
      return { content: handle.createReadStream(range), sizeBytes: info.size };
    },
    deleteAll: async (prefix) => {
      await rm(fileOf(prefix), { recursive: true, force: true });
    },
  };
};

const openFile = async (file: string): Promise<FileHandle | undefined> => {
  try {
    return await open(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
};

const syncFolder = async (folder: string): Promise<void> => {
  await using handle = await open(folder);
  await handle.sync();
};
