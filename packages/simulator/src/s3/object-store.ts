import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { sha256 } from './signature.ts';
import { openStored, writeStored, type Stored } from './stored-file.ts';

export interface ObjectMeta {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** ISO 8601. */
  readonly lastModified: string;
  /** `content-type`, `x-amz-meta-...` and such, to be answered as they were given. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The objects of one bucket, in a folder of its own. */
export interface ObjectStore {
  /** Replaces; `etag` is the MD5 of the content unless another is given (multipart). */
  put(
    key: string,
    headers: Readonly<Record<string, string>>,
    content: AsyncIterable<Buffer>,
    etag?: string,
  ): Promise<ObjectMeta>;
  /** The caller disposes of what it opened. */
  open(key: string): Promise<Stored<ObjectMeta> | undefined>;
  has(key: string): boolean;
  delete(key: string): Promise<void>;
  /** In the order of the bytes of their keys. */
  sorted(): readonly ObjectMeta[];
}

/** What a run of this process left half written before is removed. */
export const openObjectStore = async (folder: string, clock: Clock): Promise<ObjectStore> => {
  const objects = join(folder, 'objects');
  const aside = join(folder, 'aside');
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true, mode: 0o700 });
  await mkdir(objects, { recursive: true, mode: 0o700 });
  const index = new Map<string, ObjectMeta>();
  for (const name of await readdir(objects)) {
    await using stored = await openStored<ObjectMeta>(join(objects, name));
    if (stored !== undefined) index.set(stored.meta.key, stored.meta);
  }

  const fileOf = (key: string): string => join(objects, sha256(key));
  let sorted: readonly ObjectMeta[] | undefined;
  let writes = 0;
  return {
    put: async (key, headers, content, etag) => {
      const meta = await writeStored<ObjectMeta>(
        fileOf(key),
        join(aside, String(writes++)),
        content,
        ({ sizeBytes, md5 }) => ({
          key,
          etag: etag ?? md5,
          sizeBytes,
          lastModified: clock.now().toISOString(),
          headers,
        }),
      );
      index.set(key, meta);
      sorted = undefined;
      return meta;
    },
    open: (key) => openStored<ObjectMeta>(fileOf(key)),
    has: (key) => index.has(key),
    delete: async (key) => {
      await rm(fileOf(key), { force: true });
      index.delete(key);
      sorted = undefined;
    },
    sorted: () => {
      sorted ??= [...index.values()].toSorted((a, b) =>
        Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)),
      );
      return sorted;
    },
  };
};
