import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { openStored, readStored, writeStored } from './stored-file.ts';

export interface UploadMeta {
  readonly uploadId: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly initiated: string;
}

export interface PartMeta {
  readonly number: number;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly lastModified: string;
}

/** Multipart uploads of one bucket that are neither completed nor aborted. */
export interface UploadStore {
  create(key: string, headers: Readonly<Record<string, string>>): Promise<UploadMeta>;
  find(uploadId: string, key: string): UploadMeta | undefined;
  list(): readonly UploadMeta[];
  putPart(uploadId: string, number: number, content: AsyncIterable<Buffer>): Promise<PartMeta>;
  /** In the order of their numbers. */
  listParts(uploadId: string): Promise<PartMeta[]>;
  /** The parts' contents, one after the other. */
  readParts(uploadId: string, numbers: readonly number[]): AsyncIterable<Buffer>;
  delete(uploadId: string): Promise<void>;
}

const noContent: AsyncIterable<Buffer> = { async *[Symbol.asyncIterator]() {} };

export const openUploadStore = async (folder: string, clock: Clock): Promise<UploadStore> => {
  const uploads = join(folder, 'uploads');
  await mkdir(uploads, { recursive: true, mode: 0o700 });
  const open = new Map<string, UploadMeta>();
  for (const name of await readdir(uploads)) {
    await using stored = await openStored<UploadMeta>(join(uploads, name, 'upload'));
    if (stored !== undefined) open.set(name, stored.meta);
  }
  let writes = 0;
  const fileOf = (uploadId: string, name: string | number): string => join(uploads, uploadId, String(name));
  const aside = (): string => join(folder, 'aside', `part-${writes++}`);

  return {
    create: async (key, headers) => {
      const initiated = clock.now().toISOString();
      let number = open.size;
      const name = (): string => `${Date.parse(initiated).toString(36)}-${number}`;
      while (open.has(name())) number++;
      const meta: UploadMeta = { uploadId: name(), key, headers, initiated };
      open.set(meta.uploadId, meta);
      await mkdir(join(uploads, meta.uploadId), { recursive: true, mode: 0o700 });
      return writeStored(fileOf(meta.uploadId, 'upload'), aside(), noContent, () => meta);
    },
    find: (uploadId, key) => {
      const meta = open.get(uploadId);
      return meta?.key === key ? meta : undefined;
    },
    list: () => [...open.values()],
    putPart: (uploadId, number, content) =>
      writeStored<PartMeta>(fileOf(uploadId, number), aside(), content, ({ sizeBytes, md5 }) => ({
        number,
        etag: md5,
        sizeBytes,
        lastModified: clock.now().toISOString(),
      })),
    listParts: async (uploadId) => {
      const parts: PartMeta[] = [];
      for (const name of await readdir(join(uploads, uploadId))) {
        if (name === 'upload') continue;
        await using stored = await openStored<PartMeta>(fileOf(uploadId, name));
        if (stored !== undefined) parts.push(stored.meta);
      }
      return parts.toSorted((a, b) => a.number - b.number);
    },
    readParts: async function* (uploadId, numbers) {
      for (const number of numbers) {
        await using stored = await openStored<PartMeta>(fileOf(uploadId, number));
        if (stored === undefined) throw new Error(`part ${number} is gone`);
        yield* readStored(stored);
      }
    },
    delete: async (uploadId) => {
      open.delete(uploadId);
      await rm(join(uploads, uploadId), { recursive: true, force: true });
    },
  };
};
