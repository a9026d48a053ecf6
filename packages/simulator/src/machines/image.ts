import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nvidiaSmi } from './nvidia-smi.ts';

/**
 * What a rented image of a framework has on its PATH, where this host has it: no Node, no restic, no compiler.
 * The first ones must be there.
 */
const needed = [
  'sh',
  'bash',
  'awk',
  'cat',
  'date',
  'env',
  'grep',
  'id',
  'ls',
  'script',
  'sed',
  'sleep',
  'tar',
];
const usual =
  'arch b2sum base32 base64 basename chgrp chmod chown cksum comm cp csplit cut dd df dir dircolors dirname du echo ' +
  'expand expr factor false flock fmt fold head hostid install join link ln logname md5sum mkdir mkfifo mknod mktemp ' +
  'mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv printf ptx pwd readlink realpath rm rmdir seq ' +
  'sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sort split stat stdbuf stty sum sync tac tail tee test ' +
  'timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes [ ' +
  'dash find xargs egrep fgrep gzip gunzip zcat bzip2 xz unzip curl wget rsync ssh scp sftp ssh-keygen ssh-add ' +
  'ps top free uptime pgrep pkill pidof watch w kill setsid hostname getent locale less more vi nano clear tput reset ' +
  'tmux screen openssl perl python3 lscpu lsblk ip ping diff cmp file which';

const isExecutable = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const copyTool = async (name: string, folder: string): Promise<boolean> => {
  for (const place of ['/usr/bin', '/bin', '/usr/sbin']) {
    const source = join(place, name);
    if (!(await isExecutable(source))) continue;
    // Through the links of Debian's alternatives.
    await copyFile(await realpath(source), join(folder, name));
    await chmod(join(folder, name), 0o755);
    return true;
  }
  return false;
};

/** Makes the programs of all machines in a folder, which they see as /usr/bin. Those of an older start are replaced. */
export const prepareImage = async (folder: string): Promise<string> => {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true, mode: 0o755 });
  const names = [...needed, ...usual.split(' ')];
  const known = new Set([...names, 'nvidia-smi']);
  for (const name of await readdir(bin)) if (!known.has(name)) await rm(join(bin, name), { recursive: true });
  for (const name of names) {
    const there = await stat(join(bin, name)).catch(() => undefined);
    if (there !== undefined && there.size > 0) continue;
    if (!(await copyTool(name, bin)) && needed.includes(name)) throw new Error(`this host has no ${name}`);
  }
  await writeFile(join(bin, 'nvidia-smi'), nvidiaSmi, { mode: 0o755 });
  return bin;
};
