import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

/**
 * What a snapshot should hold: every file with the SHA-256 that the machine computed. Paths are bytes, written as
 * Latin-1 text, since names of files need not be UTF-8.
 */
export interface FileEntry {
  readonly path: string;
  readonly sizeBytes: number;
  /** Seconds with nine digits after the point, as the file system has them. */
  readonly modified: string;
  readonly changed: string;
  readonly accessed: string;
  readonly inode: string;
}

export interface HashedEntry extends FileEntry {
  /** Null for a file that changed while the snapshot was made: the repository's own hash stands in `stored`. */
  readonly sha256: string | null;
  /** SHA-256 of what the repository gave back. */
  readonly stored: string;
  /** Names the content in the repository: two files with the same one have the same bytes there. */
  readonly content: string;
}

export interface LinkEntry {
  readonly path: string;
  readonly target: string;
}

export interface Manifest {
  readonly files: readonly HashedEntry[];
  readonly links: readonly LinkEntry[];
}

/** Shown to people: bytes that are not UTF-8 become replacement characters. */
export const pathText = (path: string): string => Buffer.from(path, 'latin1').toString();
export const pathBytes = (text: string): string => Buffer.from(text).toString('latin1');

const compress = promisify(gzip);
const decompress = promisify(gunzip);
const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);

export const encodeManifest = (manifest: Manifest): Promise<Buffer> => {
  const files = manifest.files
    .toSorted(byPath)
    .map((file) =>
      [
        'f',
        file.sizeBytes,
        file.modified,
        file.changed,
        file.accessed,
        file.inode,
        file.sha256 ?? '-',
        file.stored,
        file.content,
        file.path,
      ].join(' '),
    );
  const links = manifest.links.toSorted(byPath).flatMap((link) => [`l ${link.path}`, link.target]);
  return compress(Buffer.from([...files, ...links, ''].join('\0'), 'latin1'), { level: 1 });
};

export const decodeManifest = async (encoded: Buffer): Promise<Manifest> => {
  const records = (await decompress(encoded)).toString('latin1').split('\0');
  const files: HashedEntry[] = [];
  const links: LinkEntry[] = [];
  for (let at = 0; at < records.length - 1; at += 1) {
    const record = records[at] ?? '';
    if (record.startsWith('l ')) {
      at += 1;
      links.push({ path: record.slice(2), target: records[at] ?? '' });
      continue;
    }
    const [
      ,
      size = '0',
      modified = '',
      changed = '',
      accessed = '',
      inode = '',
      sha256 = '',
      stored = '',
      content = '',
    ] = record.split(' ', 9);
    const path = record.split(' ').slice(9).join(' ');
    files.push({
      path,
      sizeBytes: Number(size),
      modified,
      changed,
      accessed,
      inode,
      sha256: sha256 === '-' ? null : sha256,
      stored,
      content,
    });
  }
  return { files, links };
};

/** One hash for all of it: of paths, contents and targets of links, not of times. */
export const manifestSha256 = ({ files, links }: Manifest): string => {
  const hash = createHash('sha256');
  for (const file of files.toSorted(byPath)) hash.update(`f${file.stored}${file.path}\0`, 'latin1');
  for (const link of links.toSorted(byPath)) hash.update(`l${link.target}\0${link.path}\0`, 'latin1');
  return hash.digest('hex');
};
