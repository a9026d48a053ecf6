import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Random } from '../../../kernel/random.ts';
import { checkedContent } from './checked-content.ts';
import { readPart, sendPart } from './file-part.ts';
import { isFileName, pathOf, type FileId, type RepositoryFiles } from './repository-files.ts';

const isMissing = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
};

/** Undefined where there is no such file. */
const ifThere = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** A repository in a folder of this host. */
export const createFolderFiles = (folder: string, random: Pick<Random, 'id'>): RepositoryFiles => {
  const pathIn = (file: FileId): string => join(folder, pathOf(file));
  const namesIn = async (path: string): Promise<string[]> => (await ifThere(readdir(path))) ?? [];
  return {
    list: async (kind, signal) => {
      if (kind === 'config') return [];
      const below = kind === 'data' ? await namesIn(join(folder, kind)) : [''];
      const found: { name: string; sizeBytes: number }[] = [];
      for (const part of below) {
        signal.throwIfAborted();
        const files = (await namesIn(join(folder, kind, part))).filter(isFileName);
        const sizes = await Promise.all(files.map((name) => ifThere(stat(join(folder, kind, part, name)))));
        for (const [at, name] of files.entries()) {
          const info = sizes[at];
          if (info !== undefined) found.push({ name, sizeBytes: info.size });
        }
      }
      return found;
    },
    findSize: async (file) => (await ifThere(stat(pathIn(file))))?.size,
    open: async (file, range) => {
      const handle = await ifThere(open(pathIn(file)));
      if (handle === undefined) return undefined;
      const { size } = await handle.stat();
      const part = {
        start: range?.start ?? 0,
        end: Math.min(range?.end ?? Number.POSITIVE_INFINITY, size - 1) + 1,
      };
      return {
        sizeBytes: size,
        read: () => readPart(handle, part),
        sendTo: (sink) => sendPart(handle, part, sink),
        [Symbol.asyncDispose]: () => handle.close(),
      };
    },
    write: async (file, source) => {
      const content = checkedContent(file, source);
      // Outside the folders that restic lists.
      const aside = join(folder, 'incoming', random.id());
      const path = pathIn(file);
      try {
        await mkdir(dirname(aside), { recursive: true, mode: 0o700 });
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await pipeline(content, createWriteStream(aside, { mode: 0o600, flush: true }));
        await rename(aside, path);
        await syncFolder(dirname(path));
      } catch (error) {
        content.destroy();
        await rm(aside, { force: true });
        throw error;
      }
    },
    remove: (file) => rm(pathIn(file), { force: true }),
  };
};

/** A rename is kept only when its folder is. */
const syncFolder = async (folder: string): Promise<void> => {
  await using handle = await open(folder);
  await handle.sync();
};
