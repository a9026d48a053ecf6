import { createHash } from 'node:crypto';
import type { Finding } from '@dumont/contracts/finding';
import { found, proseOf } from '@dumont/contracts/findings';
import type { RepositoryFiles } from '../storage/repository-files.ts';
import { openKey } from '../keys/key-file.ts';
import { openBlob, openFile, sha256, type Decrypt } from './cipher.ts';
import { unquoteName } from './names.ts';
import { createPackCache } from './pack-cache.ts';

/** What a repository holds, read straight from its files, each of them and each blob checked by its SHA-256. */
export interface RepositoryReader {
  /** Files and links of a snapshot, by path. Throws `Damaged` when something of it is missing or wrong. */
  readSnapshot(id: string, signal: AbortSignal): Promise<SnapshotContents>;
  /**
   * Reads contents back whole and answers the SHA-256 of each, by `content`. Throws `Damaged`.
   */
  readBack(files: readonly StoredFile[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Throws `Damaged` unless every pack that these files need is there, as long as it has to be. */
  checkPacks(files: readonly StoredFile[], signal: AbortSignal): Promise<void>;
}

export interface StoredFile {
  /** Bytes as Latin-1 text. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modified: string;
  readonly changed: string;
  readonly blobs: readonly string[];
  /** SHA-256 over the ids of its blobs. */
  readonly content: string;
}

export interface SnapshotContents {
  readonly startedAt: string;
  readonly files: readonly StoredFile[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
}

export class Damaged extends Error {
  override readonly name = 'Damaged';
  readonly what: Finding;

  constructor(what: Finding, options?: ErrorOptions) {
    super(proseOf(what), options);
    this.what = what;
  }
}

interface Place {
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
  readonly isCompressed: boolean;
}

interface IndexFile {
  readonly packs: readonly {
    readonly id: string;
    readonly blobs: readonly { id: string; offset: number; length: number; uncompressed_length?: number }[];
  }[];
}

interface Node {
  readonly name: string;
  readonly type: string;
  readonly mtime?: string;
  readonly ctime?: string;
  readonly size?: number;
  readonly content?: readonly string[] | null;
  readonly subtree?: string;
  readonly linktarget?: string;
}

const parallel = 8;

/** `2026-11-21T05:15:40.646945798+02:00` as seconds with nine digits. */
const secondsOf = (time = ''): string => {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  const whole = Date.parse(time.replace(/\.\d+/, ''));
  return `${Math.floor(whole / 1000)}.${fraction.slice(0, 9).padEnd(9, '0')}`;
};

const contentOf = (blobs: readonly string[]): string =>
  createHash('sha256').update(blobs.join('')).digest('hex');

/** Opens a repository. Throws `Damaged` when the password opens none of its keys. */
export const openRepository = async (
  files: RepositoryFiles,
  password: string,
  signal: AbortSignal,
): Promise<RepositoryReader> => {
  const readWhole = async (
    kind: 'keys' | 'index' | 'snapshots',
    name: string,
  ): Promise<Buffer<ArrayBuffer>> => {
    await using file = await files.open({ kind, name });
    if (file === undefined) throw new Damaged(found('repository.file_missing', { file: `${kind}/${name}` }));
    const content = await file.read();
    if ((await sha256(content)) !== name)
      throw new Damaged(found('repository.file_damaged', { file: `${kind}/${name}` }));
    return content;
  };
  const unlock = async (): Promise<Decrypt> => {
    for (const { name } of await files.list('keys', signal)) {
      const decrypt = await openKey(await readWhole('keys', name), password);
      if (decrypt !== undefined) return decrypt;
    }
    throw new Damaged(found('repository.no_key'));
  };
  const decrypt = await unlock();

  const places = new Map<string, Place>();
  const waiting = [...(await files.list('index', signal))];
  const readIndexes = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      signal.throwIfAborted();
      const { packs } = (await openFile(decrypt, await readWhole('index', next.name))) as IndexFile;
      for (const { id: pack, blobs } of packs)
        for (const { id, offset, length, uncompressed_length } of blobs)
          places.set(id, {
            pack,
            offset,
            length,
            isCompressed: uncompressed_length !== undefined && uncompressed_length !== 0,
          });
    }
  };
  await Promise.all(Array.from({ length: parallel }, readIndexes));

  const placeOf = (id: string): Place => {
    const place = places.get(id);
    if (place === undefined) throw new Damaged(found('repository.not_indexed', { blob: id }));
    return place;
  };
  const packs = createPackCache(files, (pack) => new Damaged(found('repository.pack_missing', { pack })));

  const readBlob = async (id: string): Promise<Buffer> => {
    const place = placeOf(id);
    let content;
    try {
      content = await openBlob(decrypt, await packs.read(place), place.isCompressed);
    } catch (cause) {
      if (cause instanceof Damaged) throw cause;
      throw new Damaged(found('repository.blob_damaged', { blob: id }), { cause });
    }
    if ((await sha256(new Uint8Array(content))) !== id)
      throw new Damaged(found('repository.blob_damaged', { blob: id }));
    return content;
  };

  const readSnapshot: RepositoryReader['readSnapshot'] = async (id, stop) => {
    const { tree, time } = (await openFile(decrypt, await readWhole('snapshots', id))) as {
      tree: string;
      time: string;
    };
    const found: { files: StoredFile[]; links: { path: string; target: string }[] } = {
      files: [],
      links: [],
    };
    const open = [{ path: '', tree }];
    while (open.length > 0) {
      stop.throwIfAborted();
      const batch = open.splice(-parallel);
      const deeper = await Promise.all(
        batch.map(async (folder) => {
          const { nodes } = JSON.parse((await readBlob(folder.tree)).toString()) as {
            nodes: readonly Node[];
          };
          return nodes.flatMap((node) => {
            const path = `${folder.path}/${unquoteName(node.name)}`;
            if (node.type === 'dir' && node.subtree !== undefined) return [{ path, tree: node.subtree }];
            if (node.type === 'file') found.files.push(storedFile(path, node));
            if (node.type === 'symlink')
              found.links.push({ path, target: Buffer.from(node.linktarget ?? '').toString('latin1') });
            return [];
          });
        }),
      );
      for (const folder of deeper.flat()) open.push(folder);
    }
    return { startedAt: secondsOf(time), ...found };
  };

  return {
    readSnapshot,
    readBack: async (asked, stop) => {
      const byContent = new Map(asked.map((file) => [file.content, file]));
      // In the order of the packs, so that each is fetched once.
      const order = [...byContent.values()]
        .map((file) => ({ file, first: file.blobs[0] === undefined ? undefined : placeOf(file.blobs[0]) }))
        .toSorted((a, b) =>
          a.first?.pack === b.first?.pack
            ? (a.first?.offset ?? 0) - (b.first?.offset ?? 0)
            : (a.first?.pack ?? '') < (b.first?.pack ?? '')
              ? -1
              : 1,
        )
        .map(({ file }) => file);
      for (const file of order) for (const blob of file.blobs) packs.expect(placeOf(blob));
      const hashes = new Map<string, string>();
      const blobs = order.flatMap((file) => file.blobs);
      const underway: Promise<Buffer>[] = [];
      let next = 0;
      /** Several are read and opened at once; they are hashed in their order. */
      const take = (): Promise<Buffer> => {
        while (underway.length < parallel && next < blobs.length) {
          const reading = readBlob(blobs[next] ?? '');
          // Seen when its turn comes; until then it must not be an unhandled one.
          reading.catch(() => undefined);
          underway.push(reading);
          next += 1;
        }
        return underway.shift() ?? Promise.reject(new Error('there is no further blob'));
      };
      for (const file of order) {
        const [only, ...more] = file.blobs;
        const hash = createHash('sha256');
        for (let at = 0; at < file.blobs.length; at += 1) {
          stop.throwIfAborted();
          const content = await take();
          // The id of a single blob, which was checked, is the hash of the whole.
          if (more.length > 0) hash.update(content);
        }
        hashes.set(file.content, only !== undefined && more.length === 0 ? only : hash.digest('hex'));
      }
      return hashes;
    },
    checkPacks: async (asked, stop) => {
      const sizes = new Map((await files.list('data', stop)).map(({ name, sizeBytes }) => [name, sizeBytes]));
      for (const file of asked) {
        for (const blob of file.blobs) {
          const { pack, offset, length } = placeOf(blob);
          if ((sizes.get(pack) ?? 0) < offset + length)
            throw new Damaged(found('repository.pack_missing', { pack }));
        }
      }
    },
  };
};

const storedFile = (path: string, node: Node): StoredFile => {
  const blobs = node.content ?? [];
  return {
    path,
    sizeBytes: node.size ?? 0,
    modified: secondsOf(node.mtime),
    changed: secondsOf(node.ctime),
    blobs,
    content: contentOf(blobs),
  };
};
