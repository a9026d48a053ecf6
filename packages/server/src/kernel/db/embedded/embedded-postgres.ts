import { isMainThread } from 'node:worker_threads';
import { findBinariesPackage, installBinaries, removeSupersededBinaries } from './binaries.ts';
import { chooseLauncher } from './choose-launcher.ts';
import { claimDataFolder } from './claim.ts';
import { ensureDatabaseUser } from './database-user.ts';
import { EmbeddedPostgresError } from './error.ts';
import { prepareFolders, type Folders } from './folders.ts';
import {
  appDatabaseName,
  appRoleName,
  findDataVersion,
  initialise,
  resetPasswords,
  superuserName,
} from './initialise.ts';
import type { Launcher, VisibleFolders } from './launcher.ts';
import { endLeftovers } from './leftovers.ts';
import type { Log } from './log.ts';
import { ensurePasswords, type Passwords } from './passwords.ts';
import { startPostmaster, type PostmasterEnd } from './postmaster.ts';
import { settingsFor } from './settings.ts';
import { isServed, prepareSocketFolders, removeSocketFolders } from './sockets.ts';

export interface EmbeddedPostgresOptions {
  /** The installation's data folder; PostgreSQL uses `postgres` in it. Made if missing. */
  readonly dataDir: string;
  readonly log: Log;
  /** Without fsync: nothing survives a power loss. For tests only. */
  readonly unsafeFast?: boolean;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  /** As the owner of the app's database: may make roles, is no superuser. */
  readonly url: string;
  /** As the bootstrap superuser, in the database `postgres`: for backups, and for the template clones of tests. */
  readonly superuserUrl: string;
  /** Mode 0700: the server's own. */
  readonly socketDir: string;
  /** Holds another socket of the same server and nothing else, so that it can be shown to a run; a password is still asked for. */
  readonly runSocketDir: string;
  /** PostgreSQL's own version, such as `18.4`. */
  readonly version: string;
  readonly pid: number;
  /** Settles when PostgreSQL has ended, asked or not. */
  readonly ended: Promise<PostmasterEnd>;
}

/**
 * Starts the PostgreSQL that comes with the product in the data folder; makes the folder, the roles and the database at
 * the first start. It ends with this process, however that ends. Main thread only.
 * Throws EmbeddedPostgresError when this host or this folder does not allow it, or when another server has the folder.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  // The death signal follows the thread that spawned the child, not the process.
  if (!isMainThread) throw new Error('startEmbeddedPostgres works in the main thread only');
  try {
    return await start(options);
  } catch (error) {
    if (error instanceof EmbeddedPostgresError || !isSystemError(error)) throw error;
    throw new EmbeddedPostgresError(`${error.message}.`, { cause: error });
  }
}

async function start({ dataDir, log, unsafeFast }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const source = await findBinariesPackage();
  const folders = await prepareFolders(dataDir);
  await using cleanup = new AsyncDisposableStack();
  cleanup.use(await claimDataFolder(folders.claims, dataDir, () => isServed(folders)));

  await endLeftovers(folders, log);
  const binaries = await installBinaries(source, folders.root);
  cleanup.defer(() => removeSocketFolders(folders));
  const sockets = await prepareSocketFolders(folders);
  const visible: VisibleFolders = { binaries, cluster: folders.cluster, ...sockets };
  const user =
    process.platform === 'linux' && process.getuid?.() === 0 ? await ensureDatabaseUser(log) : undefined;
  const { launcher, version } = await chooseLauncher(visible, user, log);

  const passwords = await ensurePasswords(folders);
  await ensureData({ folders, launcher, version, passwords, log, unsafeFast: unsafeFast ?? false });
  const settings = settingsFor(launcher, unsafeFast ?? false);
  const postmaster = await startPostmaster(folders, launcher, settings).catch(async (error: unknown) => {
    // A server killed in the middle of its start may leave a postmaster that comes up after we looked for one.
    if (!(await endLeftovers(folders, log))) throw error;
    return startPostmaster(folders, launcher, settings);
  });
  cleanup.defer(() => postmaster.stop());
  await removeSupersededBinaries(binaries);
  log('info', 'PostgreSQL is ready.', { version, pid: postmaster.pid, launcher: launcher.name });

  const running = cleanup.move();
  const host = encodeURIComponent(sockets.socket);
  return {
    url: `postgres://${appRoleName}:${passwords.app}@${host}/${appDatabaseName}`,
    superuserUrl: `postgres://${superuserName}:${passwords.superuser}@${host}/postgres`,
    socketDir: sockets.socket,
    runSocketDir: sockets.runSocket,
    version,
    pid: postmaster.pid,
    ended: postmaster.ended,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function ensureData(given: {
  folders: Folders;
  launcher: Launcher;
  version: string;
  passwords: Passwords;
  log: Log;
  unsafeFast: boolean;
}): Promise<void> {
  const { folders, launcher, version, passwords, log } = given;
  const major = version.split('.')[0];
  const found = await findDataVersion(folders);
  if (found === undefined) {
    log('info', 'PostgreSQL is being initialised.', { folder: folders.cluster });
    await initialise(folders, launcher, passwords, given.unsafeFast);
  } else if (found !== major) {
    throw new EmbeddedPostgresError(
      `${folders.cluster} was made by PostgreSQL ${found}, this release carries ${version}. Make a backup with the release that made it and restore that backup here.`,
    );
  } else if (passwords.generated) {
    log('warn', 'A password file of the embedded PostgreSQL was missing; the passwords are set anew.');
    await resetPasswords(folders, launcher, passwords);
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && typeof error.syscall === 'string';
}
