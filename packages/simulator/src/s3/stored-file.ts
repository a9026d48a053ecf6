import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';

/**
 * A file that holds content and what is known of it: content, JSON, and the JSON's length in 4 bytes. One file, so
 * that one rename puts both in place and an open handle keeps seeing both.
 */
export interface Stored<Meta> extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
  readonly meta: Meta;
}

/** Written aside and renamed: whole or not at all. `meta` is asked once the content has ended. */
export const writeStored = async <Meta>(
  file: string,
  aside: string,
  content: AsyncIterable<Buffer>,
  meta: (written: { sizeBytes: number; md5: string }) => Meta,
): Promise<Meta> => {
  try {
    const handle = await open(aside, 'wx', 0o600);
    const found = await (async () => {
      try {
        const hash = createHash('md5');
        let sizeBytes = 0;
        for await (const part of content) {
          hash.update(part);
          sizeBytes += part.length;
          await handle.appendFile(part);
        }
        const found = meta({ sizeBytes, md5: hash.digest('hex') });
        const json = Buffer.from(JSON.stringify(found));
        const length = Buffer.alloc(4);
        length.writeUInt32BE(json.length);
        await handle.appendFile(Buffer.concat([json, length]));
        return found;
      } finally {
        await handle.close();
      }
    })();
    await rename(aside, file);
    return found;
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
};

/** Undefined when there is no such file. */
export const openStored = async <Meta>(file: string): Promise<Stored<Meta> | undefined> => {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const length = Buffer.alloc(4);
    await handle.read(length, 0, 4, size - 4);
    const json = Buffer.alloc(length.readUInt32BE());
    await handle.read(json, 0, json.length, size - 4 - json.length);
    return {
      handle,
      sizeBytes: size - 4 - json.length,
      meta: JSON.parse(json.toString('utf8')) as Meta,
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/** The content between two places, the last included. */
export async function* readStored(
  stored: Stored<unknown>,
  start = 0,
  end: number = stored.sizeBytes - 1,
): AsyncGenerator<Buffer> {
  let position = start;
  while (position <= end) {
    const buffer = Buffer.allocUnsafe(Math.min(65_536, end - position + 1));
    const { bytesRead } = await stored.handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) throw new Error('a stored file is shorter than it was');
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
