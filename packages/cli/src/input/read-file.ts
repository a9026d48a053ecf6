import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from '../failure.ts';
import type { Host } from '../host.ts';
import { formatSize } from '../output/units.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
};

const unreadable = (file: string, cause: unknown): CliError => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new CliError('cli.file', `${file} cannot be read: ${reasons[code] ?? code}.`, undefined, cause);
};

/** The content of a file that a command names. One of more than `maxBytes` is not even read. */
export const readNamedFile = async (host: Host, file: string, maxBytes = Infinity): Promise<Buffer> => {
  const path = resolve(host.workingFolder, file);
  try {
    const { size } = await stat(path);
    if (size <= maxBytes) return await readFile(path);
    throw new CliError(
      'cli.file',
      `${file} is too large: ${formatSize(size)}, and ${formatSize(maxBytes)} is the most.`,
    );
  } catch (cause) {
    throw cause instanceof CliError ? cause : unreadable(file, cause);
  }
};
