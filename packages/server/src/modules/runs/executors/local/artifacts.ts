import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  type Dirent,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ArtifactFile } from '../executor.ts';

/** Files looked at in one turn of the event loop: about a millisecond. */
const batchSize = 256;

/**
 * Regular files below the folder, sorted by name. Links, sockets, devices and folders are left out. Paths are
 * bytes inside, because a program may choose names that are no UTF-8; such names read with replacement marks. `pause` lets others
 * have the event loop in between.
 */
export const listArtifacts = async (
  folder: string,
  pause: () => Promise<void>,
): Promise<readonly ArtifactFile[]> => {
  if (isEmpty(folder)) return [];
  const files: ArtifactFile[] = [];
  let looked = 0;
  const open: { path: Buffer; name: string }[] = [{ path: Buffer.from(folder), name: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of await entriesOf(next.path)) {
      const path = Buffer.concat([next.path, Buffer.from('/'), entry.name]);
      const name = `${next.name}${entry.name.toString()}`;
      if (entry.isDirectory()) open.push({ path, name: `${name}/` });
      if (!entry.isFile()) continue;
      const sizeBytes = lstatSync(path, { throwIfNoEntry: false })?.size;
      if (sizeBytes !== undefined) files.push({ name, sizeBytes, open: () => openInside(path) });
      looked += 1;
      if (looked % batchSize === 0) await pause();
    }
  }
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
};

/** Most runs leave nothing: one look at once costs a tenth of a trip through the thread pool. */
const isEmpty = (folder: string): boolean => {
  try {
    using open = opendirSync(folder, { bufferSize: 1 });
    return open.readSync() === null;
  } catch {
    return false;
  }
};

/** Empty for a folder that went away meanwhile, that its owner closed, or whose path is too long to be named. */
const entriesOf = async (path: Buffer): Promise<Dirent<Buffer>[]> => {
  try {
    return await readdir(path, { withFileTypes: true, encoding: 'buffer' });
  } catch {
    return [];
  }
};

/**
 * The run may still live and put a link where a folder was, while we read with our own rights: so what was
 * opened is compared with what was meant.
 */
const openInside = (path: Buffer): Readable => {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (!fstatSync(fd).isFile() || !isWhere(fd, path)) {
    closeSync(fd);
    throw new Error(`The artifact ${path.toString()} was replaced while it was being opened`);
  }
  return createReadStream('', { fd });
};

const isWhere = (fd: number, path: Buffer): boolean => {
  if (process.platform !== 'linux') return true;
  return readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }).equals(path);
};
