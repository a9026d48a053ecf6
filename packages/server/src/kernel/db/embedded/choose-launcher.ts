import { chown, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SystemUser } from './database-user.ts';
import type { Log } from './log.ts';
import { EmbeddedPostgresError } from './error.ts';
import { listLaunchers, type Launcher, type VisibleFolders } from './launcher.ts';
import { run } from './run.ts';

interface ChosenLauncher {
  readonly launcher: Launcher;
  /** PostgreSQL's own version, such as `18.4`. */
  readonly version: string;
}

/**
 * Tries the ways to start PostgreSQL, the best first, with the real folders, and returns the first that works.
 * No PostgreSQL may be running on the folders: their owner may change.
 * Throws EmbeddedPostgresError, with what each way said, where none works.
 */
export async function chooseLauncher(
  folders: VisibleFolders,
  user: SystemUser | undefined,
  log: Log,
): Promise<ChosenLauncher> {
  const refusals: string[] = [];
  for (const launcher of listLaunchers(folders, user)) {
    const tried = await tryLauncher(launcher, folders);
    if ('version' in tried) {
      if (launcher.warning) log('warn', launcher.warning);
      return { launcher, version: tried.version };
    }
    refusals.push(`${launcher.name}: ${tried.refusal}`);
  }
  throw new EmbeddedPostgresError(
    `no way to run it in ${folders.cluster} without the rights of the server works here (${refusals.join('; ')}).`,
  );
}

/** That the program starts says that its libraries fit this host; that its folders can be written has to be asked too. */
const probe = `cd "$1" && test -w . && test -w "$2" && test -w "$3" && exec "$4" --version`;

/** Gives the folders to the user that the launcher changes to, then runs PostgreSQL for a moment. */
export async function tryLauncher(
  launcher: Launcher,
  folders: VisibleFolders,
): Promise<{ version: string } | { refusal: string }> {
  const { binaries, cluster, socket, runSocket } = launcher.folders;
  const argv = ['sh', '-c', probe, 'sh', cluster, socket, runSocket, `${binaries}/bin/postgres`];
  try {
    if (launcher.owner) await giveFolders(folders, launcher.owner);
    const { code, stdout, stderr } = await run(launcher.command(argv));
    const version = /PostgreSQL\) (\S+)/.exec(stdout)?.[1];
    if (code === 0 && version) return { version };
    return { refusal: stderr.trim() || `the data folder cannot be reached or written (exit code ${code})` };
  } catch (cause) {
    return { refusal: (cause as Error).message };
  }
}

async function giveFolders(folders: VisibleFolders, owner: SystemUser): Promise<void> {
  await chownTree(folders.cluster, owner);
  await chown(folders.socket, owner.uid, owner.gid);
  await chown(folders.runSocket, owner.uid, owner.gid);
}

/** The folder itself comes last: as long as it has the wrong owner the work is not finished. */
async function chownTree(path: string, owner: SystemUser): Promise<void> {
  const found = await lstat(path);
  if (found.uid === owner.uid && found.gid === owner.gid) return;
  if (found.isDirectory()) {
    for (const name of await readdir(path)) await chownTree(join(path, name), owner);
  }
  await lchown(path, owner.uid, owner.gid);
}
