import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

const isInstalled = spawnSync('ssh-keygen', ['-?']).error === undefined;

export const withOpenSsh = { skip: isInstalled ? false : 'OpenSSH is not installed here' };

/** A key pair at `path` and `path.pub`. */
export const makeSshKey = async (path: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const { status, stderr } = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ssh-keygen: ${stderr}`);
};
