import { userInfo } from 'node:os';
import { sep } from 'node:path';
import type { SystemUser } from './database-user.ts';
import type { Command } from './run.ts';

/** The folders that PostgreSQL's programs need, by the paths under which a launcher shows them. */
export interface VisibleFolders {
  /** Read only. */
  readonly binaries: string;
  readonly cluster: string;
  readonly socket: string;
  readonly runSocket: string;
}

/** One way to start PostgreSQL's programs without the server's rights. */
export interface Launcher {
  readonly name: string;
  /** Who must own the files; undefined: whoever owns them now, that is the server's own user. */
  readonly owner?: SystemUser;
  readonly warning?: string;
  readonly folders: VisibleFolders;
  /** The process that the command becomes keeps the pid of what is spawned. */
  command(argv: readonly string[]): Command;
}

const privateMounts = ['--mount', '--propagation', 'private', '--'];

/** Folders that exist on every Linux and may be covered in a mount namespace: nothing that PostgreSQL reads is in them. */
const coverableFolders = ['/mnt', '/media', '/srv', '/opt'];

/**
 * The ways that could work here, the best first. Which one does work depends on what the kernel and the container
 * allow, so each has to be tried (`chooseLauncher`).
 */
export function listLaunchers(folders: VisibleFolders, user: SystemUser | undefined): Launcher[] {
  if (process.platform !== 'linux') return [direct(folders, undefined, false)];
  if (user) {
    return [
      ...mountNamespace(folders, user),
      setpriv(folders, user),
      direct(folders, user, true),
      direct(folders, user, false),
      {
        ...userNamespace(folders),
        // The owner outside is root, whatever the uid inside.
        owner: { uid: 0, gid: 0 },
        warning:
          'PostgreSQL runs in a user namespace of root: a superuser of the database could read and write files of this host as root.',
      },
    ];
  }
  const plain = [direct(folders, undefined, true), direct(folders, undefined, false)];
  // initdb refuses a uid without an entry in the password file; inside a user namespace it sees 65534, which has one.
  return hasPasswordEntry() ? [...plain, userNamespace(folders)] : [userNamespace(folders), ...plain];
}

/**
 * Root, and the data folder may lie where only root can enter: the folders are bound into a private mount namespace, then
 * every right is dropped for good.
 */
function mountNamespace(folders: VisibleFolders, user: SystemUser): Launcher[] {
  const sources = Object.values(folders) as string[];
  const at = coverableFolders.find((folder) =>
    sources.every((path) => !`${path}${sep}`.startsWith(`${folder}${sep}`)),
  );
  if (at === undefined) return [];
  const inside = {
    binaries: `${at}/binaries`,
    cluster: `${at}/cluster`,
    socket: `${at}/socket`,
    runSocket: `${at}/run-socket`,
  };
  const script = `set -e
mount -t tmpfs -o size=64k,mode=0755 tmpfs ${at}
mkdir ${Object.values(inside).join(' ')}
mount --bind "$1" ${inside.binaries}
mount -o remount,bind,ro ${inside.binaries}
mount --bind "$2" ${inside.cluster}
mount --bind "$3" ${inside.socket}
mount --bind "$4" ${inside.runSocket}
shift 4
exec "$@"`;
  const bound = [folders.binaries, folders.cluster, folders.socket, folders.runSocket];
  return [
    {
      name: 'mount namespace',
      owner: user,
      folders: inside,
      command: (argv) => ({
        file: 'unshare',
        args: [...privateMounts, 'sh', '-c', script, 'sh', ...bound, ...dropEverything(user), ...argv],
      }),
    },
  ];
}

/** Root in a container that forbids mounts; the data folder's parents must let others through. */
function setpriv(folders: VisibleFolders, user: SystemUser): Launcher {
  const [file = '', ...args] = dropEverything(user);
  return {
    name: 'setpriv',
    owner: user,
    folders,
    command: (argv) => ({ file, args: [...args, ...argv] }),
  };
}

function direct(folders: VisibleFolders, user: SystemUser | undefined, endsWithUs: boolean): Launcher {
  return {
    name: endsWithUs ? 'direct' : 'direct, without a parent death signal',
    ...(user && { owner: user }),
    folders,
    command: (argv) => {
      const [file = '', ...args] = endsWithUs ? [...endWithParent, ...argv] : argv;
      return { file, args, ...user };
    },
  };
}

function userNamespace(folders: VisibleFolders): Launcher {
  return {
    name: 'user namespace',
    folders,
    command: (argv) => ({
      file: 'unshare',
      args: ['--user', '--map-user=65534', '--map-group=65534', '--', ...endWithParent, ...argv],
    }),
  };
}

// The parent death signal is cleared by a change of credentials, so setpriv comes last in every chain. INT is
// PostgreSQL's fast shutdown.
const endWithParent = ['setpriv', '--no-new-privs', '--pdeathsig', 'INT', '--'];

function dropEverything(user: SystemUser): string[] {
  const identity = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'];
  return ['setpriv', ...identity, '--inh-caps=-all', '--bounding-set=-all', ...endWithParent.slice(1)];
}

function hasPasswordEntry(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}
