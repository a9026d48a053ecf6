import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { blobKeyPattern, type Blobs } from './blobs.ts';

/** Blobs in a folder of this host. */
export const createFolderBlobs = (folder: string): Blobs => {
  const fileOf = (key: string): string => {
    if (!blobKeyPattern.test(key)) throw new Error(`not a blob key: ${key}`);
    return join(folder, key);
  };
  return {
    put: async (key, content) => {
      const file = fileOf(key);
      const aside = `${file}.${randomUUID()}.part`;
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const hash = createHash('sha256');
      let sizeBytes = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          sizeBytes += chunk.length;
          done(null, chunk);
        },
      });
      try {
        await pipeline(content, measure, createWriteStream(aside, { mode: 0o600 }));
        const handle = await open(aside);
        try {
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(aside, file);
      } catch (error) {
        await rm(aside, { force: true });
        throw error;
      }
      return { sizeBytes, sha256: hash.digest('hex') };
    },
    open: async (key, range) => {
      const file = fileOf(key);
      const info = await stat(file).catch(() => undefined);
      if (info === undefined) return undefined;
      return { content: createReadStream(file, range), sizeBytes: info.size };
    },
    deleteAll: async (prefix) => {
      await rm(fileOf(prefix), { recursive: true, force: true });
    },
  };
};
