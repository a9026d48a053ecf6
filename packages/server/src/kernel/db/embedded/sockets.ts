import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Folders } from './folders.ts';

export interface SocketFolders {
  readonly socket: string;
  readonly runSocket: string;
}

/** PostgreSQL names its socket by port, whether or not it listens on one. */
const socketName = '.s.PGSQL.5432';

/** `sun_path` of unix(7) holds 108 bytes with the closing zero, on the client's side as well as on the server's. */
const maximumPathBytes = 107;

/**
 * Makes the two folders for the sockets, empty: PostgreSQL refuses to start over a lock file beside a socket when its pid
 * belongs to some other process by now. They are in the data folder, or, where its path is too long for a socket, in a
 * temporary folder that is noted there, so that the next start can remove it.
 */
export async function prepareSocketFolders(folders: Folders): Promise<SocketFolders> {
  await removeSocketFolders(folders);
  let sockets = inFolder(folders.root);
  if (Object.values(sockets).some(isTooLong)) {
    sockets = inFolder(await makeShortFolder(folders.socketNote));
  }
  await mkdir(sockets.socket);
  await mkdir(sockets.runSocket);
  await chmod(sockets.socket, 0o700);
  // Others may reach the socket by its name, once somebody shows them the folder; nothing else is in it.
  await chmod(sockets.runSocket, 0o755);
  return sockets;
}

/** Removes what `prepareSocketFolders` of this or an earlier server made. No PostgreSQL may be using it. */
export async function removeSocketFolders(folders: Folders): Promise<void> {
  const noted = await readNote(folders);
  const { socket, runSocket } = inFolder(folders.root);
  for (const path of [socket, runSocket]) await rm(path, { recursive: true, force: true });
  if (noted !== undefined && (await isOurs(noted))) await rm(noted, { recursive: true, force: true });
  await rm(folders.socketNote, { force: true });
}

/** Whether a PostgreSQL of this data folder accepts connections, whoever started it. */
export async function isServed(folders: Folders): Promise<boolean> {
  const noted = await readNote(folders);
  const { socket } = inFolder(noted ?? folders.root);
  return new Promise((resolve) => {
    const connection = connect(join(socket, socketName));
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false));
    connection.once('connect', () => connection.destroy());
  });
}

function inFolder(folder: string): SocketFolders {
  return { socket: join(folder, 'socket'), runSocket: join(folder, 'run-socket') };
}

function isTooLong(folder: string): boolean {
  return Buffer.byteLength(join(folder, socketName)) > maximumPathBytes;
}

/** Under a name that nobody can guess or take first. */
async function makeShortFolder(note: string): Promise<string> {
  const runtime = process.getuid?.() === 0 ? '/run' : process.env['XDG_RUNTIME_DIR'];
  let failure: unknown;
  for (const parent of [runtime, tmpdir(), '/tmp']) {
    const folder = join(parent ?? '', `dumont-${randomBytes(4).toString('hex')}`);
    if (!parent || isTooLong(join(folder, 'run-socket'))) continue;
    try {
      await writeFile(note, folder, { mode: 0o600 });
      // Not recursive: it fails where something of that name exists.
      await mkdir(folder);
      await chmod(folder, 0o711);
      return folder;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function readNote(folders: Folders): Promise<string | undefined> {
  const path = await readFile(folders.socketNote, 'utf8').catch(() => '');
  // Only what has the shape of our own folders is ever removed.
  return /\/dumont-[0-9a-f]{8}$/.test(path) ? path : undefined;
}

/** After a clean-up of the temporary folder its name could have been taken by somebody else. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.();
}
