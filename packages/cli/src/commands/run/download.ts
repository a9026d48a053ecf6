import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, link, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Artifact } from '@dumont/contracts/runs/logs';
import { CliError } from '../../failure.ts';
import type { Host } from '../../host.ts';

/** Where a file of a run goes below the folder. Throws when its name would lead out of it. */
export const pathInside = (workingFolder: string, folder: string, name: string): string => {
  const root = resolve(workingFolder, folder);
  const path = resolve(root, name);
  const below = relative(root, path);
  if (below === '' || isAbsolute(below) || below.split(sep).includes('..') || name.includes('\0')) {
    throw new CliError('cli.path', `The file "${name}" would not stay in ${root}; it was not fetched.`);
  }
  return path;
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const inTheWay = (path: string): CliError =>
  new CliError('cli.file_exists', `${path} exists. Say --force to replace it.`);

/** Saves an artifact whole or not at all, checked against its hash. */
export const downloadFile = async (
  host: Host,
  response: Response,
  artifact: Artifact,
  path: string,
  replace: boolean,
): Promise<void> => {
  if (!replace && (await exists(path))) throw inTheWay(path);
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${randomUUID().slice(0, 8)}.part`;
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    const body = response.body === null ? Readable.from([]) : Readable.fromWeb(response.body);
    await pipeline(body, hashing, createWriteStream(partial, { flags: 'wx' }), { signal: host.interrupted });
    if (hash.digest('hex') !== artifact.sha256) {
      throw new CliError('cli.damaged', `${artifact.name} came damaged (its SHA-256 differs). Try again.`);
    }
    if (replace) {
      await rename(partial, path);
    } else {
      // A link, unlike a rename, never replaces a file that came meanwhile.
      await link(partial, path).catch(async (cause: unknown) => {
        if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') throw inTheWay(path);
        await rename(partial, path);
      });
    }
  } finally {
    await rm(partial, { force: true });
  }
};
