import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry } from 'yauzl';
import { PipelineFailure } from './failure.ts';

export interface ZipMember {
  readonly name: string;
  readonly sizeBytes: number;
  /** The bytes, checked against the size and checksum of the directory by the time the last one is read. */
  read(): AsyncIterable<Buffer>;
}

/** A member may grow to 1,000 times its stored size once it is over 64 MiB; CSV of zeros reaches 200. */
const maxRatio = 1000;
const freeBytes = 64 * 1024 * 1024;
const maxMemberBytes = 32 * 1024 ** 3;

function refuseUnsafe(archive: string, entry: Entry): void {
  const name = entry.fileName;
  // eslint-disable-next-line no-control-regex -- a control character in a name is what is refused
  const unsafe = /^[/\\]|^[A-Za-z]:|\\|[\u0000-\u001f]/.test(name) || name.split('/').includes('..');
  if (unsafe)
    throw new PipelineFailure(`${archive}: refuses the member ${JSON.stringify(name)}: unsafe name`);
  if (entry.isEncrypted()) throw new PipelineFailure(`${archive}: the member ${name} is encrypted`);
  const tooLarge =
    entry.uncompressedSize > maxMemberBytes ||
    (entry.uncompressedSize > freeBytes && entry.uncompressedSize > entry.compressedSize * maxRatio);
  if (tooLarge)
    throw new PipelineFailure(
      `${archive}: refuses the member ${name}: it would grow to ${entry.uncompressedSize} bytes`,
    );
}

/** yauzl itself ends the stream with an error when more or fewer bytes come than the directory says. */
async function* checked(archive: string, entry: Entry, stream: Readable): AsyncGenerator<Buffer> {
  let sum = 0;
  try {
    for await (const chunk of stream) {
      const bytes = chunk as Buffer;
      sum = crc32(bytes, sum);
      yield bytes;
    }
  } catch (error) {
    throw damaged(archive, entry.fileName, error);
  } finally {
    stream.destroy();
  }
  if (sum !== entry.crc32) throw damaged(archive, entry.fileName, undefined);
}

/** The archive cannot be read as it is; fetching it again may help. */
export class DamagedArchive extends PipelineFailure {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'DamagedArchive';
  }
}

function damaged(archive: string, member: string | undefined, error: unknown): PipelineFailure {
  if (error instanceof PipelineFailure) return error;
  const where = member === undefined ? archive : `${archive}/${member}`;
  const reason = error instanceof Error ? error.message : 'wrong checksum';
  if (/^(invalid relative path|absolute path|invalid characters)/.test(reason))
    return new PipelineFailure(`${archive}: refuses a member with an unsafe name (${reason})`);
  return new DamagedArchive(`${where}: the ZIP file is cut or damaged (${reason})`, error);
}

/**
 * The members of a ZIP file in its own order, one at a time and never written to disk. `archive` is the name for
 * messages. A name that leaves the folder, an encrypted member, or one that would fill memory or disk is refused.
 */
export async function* zipMembers(path: string, archive: string): AsyncGenerator<ZipMember> {
  const zip = await openPromise(path, { autoClose: false }).catch((error: unknown) => {
    throw damaged(archive, undefined, error);
  });
  try {
    const entries = zip.eachEntry();
    for (;;) {
      const next = await entries.next().catch((error: unknown) => {
        throw damaged(archive, undefined, error);
      });
      if (next.done === true) return;
      const entry = next.value;
      refuseUnsafe(archive, entry);
      if (entry.fileName.endsWith('/')) continue;
      yield {
        name: entry.fileName,
        sizeBytes: entry.uncompressedSize,
        async *read() {
          const stream = await zip.openReadStreamPromise(entry).catch((error: unknown) => {
            throw damaged(archive, entry.fileName, error);
          });
          yield* checked(archive, entry, stream);
        },
      };
    }
  } finally {
    zip.close();
  }
}
