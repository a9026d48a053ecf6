import { Readable } from 'node:stream';
import type { Clock } from '../../../../kernel/clock.ts';
import type { ArtifactFile, ByteSource, Leftovers } from '../executor.ts';
import { MachineLost, type Access } from './access.ts';
import { bytesOf, runScript } from './remote.ts';
import { listScript, notKept, readScript } from './scripts.ts';

/** A range takes far less, also on a slow link; a machine that hangs is tried again. */
const readSeconds = 120;
const listSeconds = 600;
const chunkBytes = 4 * 1024 * 1024;
/** Without anybody who tells of growth. */
const lookMs = 1000;

const readRange = (
  access: Access,
  path: Buffer,
  offset: number,
  maxBytes: number,
): Promise<Buffer | undefined> =>
  access.use(async (connection, signal) => {
    const script = readScript(path.toString('base64'), offset, maxBytes);
    const said = await runScript(connection, script, { signal, timeoutSeconds: readSeconds });
    return said.code === notKept ? undefined : bytesOf(said);
  });

/** Of a machine that is lost there is nothing to read any more. */
const unlessLost = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof MachineLost) return otherwise;
    throw error;
  }
};

/** What is known of the length of a log without asking the machine. */
export interface KnownSize {
  /** Undefined where nobody tells. */
  readonly bytes: number | undefined;
  /** Resolves when it may have changed, or the signal aborts. */
  changed(signal: AbortSignal): Promise<void>;
}

export const remoteLog = (access: Access, path: string, size: KnownSize): ByteSource => {
  const file = Buffer.from(path);
  const read = async (offset: number, maxBytes: number): Promise<Uint8Array> => {
    if (size.bytes !== undefined && size.bytes <= offset) return new Uint8Array();
    const bytes = await unlessLost(readRange(access, file, offset, maxBytes), undefined);
    return bytes ?? new Uint8Array();
  };
  return {
    read,
    get size() {
      return size.bytes ?? 0;
    },
    grown: async (offset, signal) => {
      while (!signal.aborted) {
        if (size.bytes === undefined ? (await read(offset, 1)).length > 0 : size.bytes > offset) return;
        await size.changed(signal);
      }
    },
  };
};

/** Of a log that nobody watches. */
export const unwatched = (clock: Clock): KnownSize => ({
  bytes: undefined,
  changed: (signal) => clock.sleep(lookMs, signal),
});

async function* readWhole(access: Access, path: Buffer, name: string): AsyncGenerator<Buffer> {
  for (let offset = 0; ;) {
    const bytes = await readRange(access, path, offset, chunkBytes);
    if (bytes === undefined) throw new Error(`the file ${name} is gone`);
    if (bytes.length > 0) yield bytes;
    offset += bytes.length;
    if (bytes.length < chunkBytes) return;
  }
}

/** Paths are bytes inside, because a program may choose names that are no UTF-8; such names read with replacement marks. */
const parseList = (access: Access, folder: string, list: Buffer): readonly ArtifactFile[] => {
  const files: ArtifactFile[] = [];
  for (let start = 0; start < list.length;) {
    const end = list.indexOf(0, start);
    if (end === -1) break;
    const space = list.indexOf(0x20, start);
    const raw = list.subarray(space + 1, end);
    const name = raw.toString();
    const path = Buffer.concat([Buffer.from(`${folder}/output/`), raw]);
    files.push({
      name,
      sizeBytes: Number(list.subarray(start, space).toString()),
      open: () => Readable.from(readWhole(access, path, name), { objectMode: false }),
    });
    start = end + 1;
  }
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
};

export const remoteFiles = (
  access: Access,
  folder: string,
  sizes: { readonly stdout: KnownSize; readonly stderr: KnownSize },
): Leftovers => ({
  stdout: remoteLog(access, `${folder}/stdout`, sizes.stdout),
  stderr: remoteLog(access, `${folder}/stderr`, sizes.stderr),
  listArtifacts: async () => {
    const list = access.use(async (connection, signal) => {
      const said = await runScript(connection, listScript(folder), { signal, timeoutSeconds: listSeconds });
      return said.code === notKept ? Buffer.alloc(0) : bytesOf(said);
    });
    return parseList(access, folder, await unlessLost(list, Buffer.alloc(0)));
  },
});
