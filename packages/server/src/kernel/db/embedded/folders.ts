import { chmod, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the embedded PostgreSQL keeps its things, all below `<dataDir>/postgres`. */
export interface Folders {
  readonly root: string;
  /** Claims of the servers that use this data folder. */
  readonly claims: string;
  /** Everything that PostgreSQL itself reads and writes; belongs to the user that it runs as. */
  readonly cluster: string;
  readonly log: string;
  readonly superuserPassword: string;
  readonly appPassword: string;
  /** Names the temporary folder that holds the sockets while the data folder's own path is too long for them. */
  readonly socketNote: string;
}

/** Inside the cluster folder. */
export const dataName = 'data';

export async function prepareFolders(dataDir: string): Promise<Folders> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // Resolved: programs start in another working folder, and a mount must not cover what a link leads to.
  const root = join(await realpath(dataDir), 'postgres');
  const folders: Folders = {
    root,
    claims: join(root, 'servers'),
    cluster: join(root, 'cluster'),
    log: join(root, 'postgres.log'),
    superuserPassword: join(root, 'superuser.password'),
    appPassword: join(root, 'app.password'),
    socketNote: join(root, 'socket-folder'),
  };
  await mkdir(folders.claims, { recursive: true });
  await mkdir(folders.cluster, { recursive: true });
  // Where no mount namespace is possible, PostgreSQL's user has to walk through to its own folders.
  await chmod(root, 0o711);
  await chmod(folders.claims, 0o700);
  await chmod(folders.cluster, 0o700);
  return folders;
}
