import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { MachineShell } from '../machine-shell.ts';
import { createTail } from '../restic/tail.ts';
import { findPrune } from './excludes.ts';
import type { FileEntry, LinkEntry } from './manifest.ts';

/** Reads a machine's files through its shell. Needs `find` and `sha256sum` of GNU, as every Linux image for GPUs has. */
export interface MachineFiles {
  /** Every file and link below the paths. Throws when the answer was cut off. */
  list(paths: readonly string[], excludes: readonly string[], signal: AbortSignal): Promise<Listing>;
  /** The files of these paths that are there, nothing below folders. */
  stat(paths: readonly string[], signal: AbortSignal): Promise<readonly FileEntry[]>;
  /** Where the links of these paths lead; empty for what is there and is none. What is not there is left out. */
  readLinks(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Removes files and links, and no folders. */
  remove(paths: readonly string[], signal: AbortSignal): Promise<void>;
  /** SHA-256 by path; files that cannot be read are left out. */
  hash(
    files: readonly { path: string; sizeBytes: number }[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>>;
}

export interface Listing {
  readonly files: readonly FileEntry[];
  readonly links: readonly LinkEntry[];
  /** Folders that could not be read; what is in them is not listed. At most 20. */
  readonly unreadable: readonly string[];
}

/** Names are bytes: they travel as base64, squeezed, with a record at the end that says that nothing is missing. */
const send = '| gzip -1 | base64 -w 4096';
const filePrint = 'f%s %T@ %C@ %A@ %i %p\\0';
const linkPrint = 'l%p\\0%l\\0';
const findPrint = ['-type', 'f', '-printf', filePrint, '-o', '-type', 'l', '-printf', linkPrint];
const endPrint = `printf 'e%s\\0' "$?"`;
const listScript = `{ find "$@"; ${endPrint}; } ${send}`;
const statScript = `{ xargs -0 -r sh -c 'find "$@" -maxdepth 0 -type f -printf "${filePrint}"' sh; ${endPrint}; } ${send}`;
const readLinksScript = `{ xargs -0 -r sh -c 'find "$@" -maxdepth 0 -printf "${linkPrint}"' sh; ${endPrint}; } ${send}`;
const removeScript = `{ xargs -0 -r rm -f --; ${endPrint}; } ${send}`;
const hashScript = `{ xargs -0 -r sha256sum -z --; ${endPrint}; } ${send}`;

const timeoutSeconds = 6 * 3600;
/** Several at once where the machine has the cores: one reads and hashes about half a gigabyte a second. */
const hashers = 4;
const maxUnreadable = 20;

/** `1700000000.1234567890` of find, cut to the nanoseconds that there are. */
const timeOf = (text = ''): string => {
  const [seconds = '0', fraction = ''] = text.split('.');
  return `${seconds}.${fraction.slice(0, 9).padEnd(9, '0')}`;
};

const parseFile = (record: string): FileEntry => {
  const [size, modified, changed, accessed, inode = ''] = record.slice(1).split(' ', 5);
  const path = record.slice(1).split(' ').slice(5).join(' ');
  return {
    path,
    sizeBytes: Number(size),
    modified: timeOf(modified),
    changed: timeOf(changed),
    accessed: timeOf(accessed),
    inode,
  };
};

const parse = (records: readonly string[]): Pick<Listing, 'files' | 'links'> => {
  const files: FileEntry[] = [];
  const links: LinkEntry[] = [];
  for (let at = 0; at < records.length; at += 1) {
    const record = records[at] ?? '';
    if (record.startsWith('f')) files.push(parseFile(record));
    else {
      at += 1;
      links.push({ path: record.slice(1), target: records[at] ?? '' });
    }
  }
  return { files, links };
};

export const createMachineFiles = (shell: MachineShell): MachineFiles => {
  const records = async (
    script: string,
    args: readonly string[],
    stdin: readonly string[] | undefined,
    signal: AbortSignal,
    onStderr: (line: string) => void = () => undefined,
  ): Promise<readonly string[]> => {
    const said = createTail(5);
    const packed: Buffer[] = [];
    const exit = await shell.run(['sh', '-c', script, 'sh', ...args], {
      environment: { LC_ALL: 'C' },
      ...(stdin === undefined
        ? {}
        : { stdin: Readable.from([Buffer.from(stdin.map((path) => `${path}\0`).join(''), 'latin1')]) }),
      onStdout: (line) => packed.push(Buffer.from(line, 'base64')),
      onStderr: (line) => {
        said.add(line);
        onStderr(line);
      },
      signal,
      timeoutSeconds,
    });
    const parts: Buffer[] = [];
    try {
      for await (const part of Readable.from(packed).pipe(createGunzip())) parts.push(part as Buffer);
    } catch (cause) {
      throw new Error(`the machine's answer was cut off (exit code ${exit.code}): ${said.text}`, { cause });
    }
    const found = Buffer.concat(parts).toString('latin1').split('\0');
    if (!/^e\d+$/.test(found.at(-2) ?? '')) throw new Error(`the machine's answer was cut off: ${said.text}`);
    return found.slice(0, -2);
  };

  return {
    list: async (paths, excludes, signal) => {
      const args = [...paths, ...findPrune(excludes), ...findPrint];
      const unreadable: string[] = [];
      const found = await records(listScript, args, undefined, signal, (line) => {
        // A file that has gone meanwhile is no reason to worry.
        if (unreadable.length < maxUnreadable && /Permission denied|Input\/output error/.test(line))
          unreadable.push(line);
      });
      return { ...parse(found), unreadable };
    },
    stat: async (paths, signal) =>
      paths.length === 0 ? [] : (await records(statScript, [], paths, signal)).map(parseFile),
    readLinks: async (paths, signal) => {
      if (paths.length === 0) return new Map();
      const { links } = parse(await records(readLinksScript, [], paths, signal));
      return new Map(links.map(({ path, target }) => [path, target]));
    },
    remove: async (paths, signal) => {
      if (paths.length > 0) await records(removeScript, [], paths, signal);
    },
    hash: async (files, signal) => {
      const shares = Array.from({ length: hashers }, () => ({ sizeBytes: 0, paths: [] as string[] }));
      for (const file of files.toSorted((a, b) => b.sizeBytes - a.sizeBytes)) {
        const lightest = shares.reduce((least, share) => (share.sizeBytes < least.sizeBytes ? share : least));
        // A file costs something to open, however small it is.
        lightest.sizeBytes += file.sizeBytes + 4096;
        lightest.paths.push(file.path);
      }
      const found = await Promise.all(
        shares
          .filter(({ paths }) => paths.length > 0)
          .map(({ paths }) => records(hashScript, [], paths, signal)),
      );
      return new Map(found.flat().map((record) => [record.slice(66), record.slice(0, 64)]));
    },
  };
};
