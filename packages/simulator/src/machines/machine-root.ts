import { chmod, chown, lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who the machine's processes are on this host: inside it is called root. Undefined: who we are. */
export type Owner = number | undefined;

const folders: readonly (readonly [string, number])[] = [
  ['root', 0o700],
  ['workspace', 0o755],
  ['home', 0o755],
  ['opt', 0o755],
  ['srv', 0o755],
  ['mnt', 0o755],
  ['tmp', 0o1777],
  ['run', 0o755],
  ['run/gpus', 0o755],
  ['dev', 0o755],
  ['proc', 0o755],
  ['etc', 0o755],
  ['etc/ssh', 0o755],
  ['etc/ssl', 0o755],
  ['var', 0o755],
  ['var/log', 0o755],
  ['var/tmp', 0o1777],
  ['usr', 0o755],
  ['usr/bin', 0o755],
  ['usr/lib', 0o755],
  ['usr/lib64', 0o755],
  ['usr/share', 0o755],
  ['usr/local', 0o755],
  ['usr/local/bin', 0o755],
];

const links: readonly (readonly [string, string])[] = [
  ['bin', 'usr/bin'],
  ['sbin', 'usr/bin'],
  ['lib', 'usr/lib'],
  ['lib64', 'usr/lib64'],
];

/** What mounts are put on must be a folder, whatever the machine made of it while it ran. */
const makeFolder = async (path: string, mode: number, owner: Owner): Promise<void> => {
  const there = await lstat(path).catch(() => undefined);
  if (there?.isDirectory() === true) return;
  if (there !== undefined) await rm(path, { recursive: true, force: true });
  await mkdir(path);
  await chmod(path, mode);
  if (owner !== undefined) await chown(path, owner, owner);
};

export interface RootContent {
  readonly hostname: string;
  readonly owner: Owner;
  /** The public host key, so that the inside can say who it is. */
  readonly hostKey: string;
  readonly onstart: string | null;
}

const writeNew = async (path: string, text: string, owner: Owner, mode = 0o644): Promise<void> => {
  // Removed first: a link that the machine left there must not be followed.
  await rm(path, { recursive: true, force: true });
  await writeFile(path, text, { mode, flag: 'wx' });
  if (owner !== undefined) await chown(path, owner, owner);
};

const profile = `export PS1='\\u@\\h:\\w# '
[ -r ~/.bashrc ] && [ -n "$BASH_VERSION" ] && . ~/.bashrc
`;

/** Makes or mends the root of a machine that does not run. What a renter put there stays. */
export const prepareRoot = async (root: string, content: RootContent): Promise<void> => {
  const { owner, hostname } = content;
  const id = owner ?? 0;
  await makeFolder(root, 0o755, owner);
  for (const [path, mode] of folders) await makeFolder(join(root, path), mode, owner);
  for (const [path, target] of links) {
    await rm(join(root, path), { recursive: true, force: true });
    await symlink(target, join(root, path));
  }
  const etc = join(root, 'etc');
  await writeNew(join(etc, 'passwd'), `root:x:${id}:${id}:root:/root:/bin/bash\n`, owner);
  await writeNew(join(etc, 'group'), `root:x:${id}:\n`, owner);
  await writeNew(join(etc, 'hostname'), `${hostname}\n`, owner);
  await writeNew(join(etc, 'hosts'), `127.0.0.1 localhost ${hostname}\n::1 localhost\n`, owner);
  await writeNew(join(etc, 'nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n', owner);
  await writeNew(join(etc, 'resolv.conf'), 'nameserver 127.0.0.1\n', owner);
  await writeNew(join(etc, 'os-release'), 'NAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu\n', owner);
  await writeNew(join(etc, 'profile'), profile, owner);
  await writeNew(join(etc, 'ssh/ssh_host_ed25519_key.pub'), `${content.hostKey}\n`, owner);
  await writeNew(join(root, 'root/onstart.sh'), content.onstart ?? '', owner, 0o755);
};
