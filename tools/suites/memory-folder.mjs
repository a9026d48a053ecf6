// Tests make thousands of folders and some hundred databases that live for seconds. On a disk that is a quarter of what
// the operating system does for them, and it waits for the disk of a host that others use too.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Twice what a whole test run has in it at its end. */
const wantedBytes = 12 * 2 ** 30;
const entered = 'DUMONT_TEST_MEMORY_FOLDER';

/**
 * Runs this program once more, in its place, with a temporary folder in memory. Nobody else sees it, and it goes with
 * the last process of the tests, however they end. Returns where that is not to be had: memory is short, or we are not root.
 */
export function enterMemoryFolder() {
  if (process.env[entered] !== undefined || process.platform !== 'linux' || process.getuid() !== 0) return;
  if (freemem() < 1.25 * wantedBytes) return;
  const folder = join(tmpdir(), 'dumont-tests');
  mkdirSync(folder, { recursive: true });
  const apart = ['--mount', '--propagation', 'private', '--'];
  const mount = `mount -t tmpfs -o size=${wantedBytes},mode=1777 dumont-tests "$0"`;
  const canMount =
    spawnSync('unshare', [...apart, 'sh', '-c', mount, folder], { stdio: 'ignore' }).status === 0;
  if (!canMount) return;
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(
    '/usr/bin/env',
    ['env', 'unshare', ...apart, 'sh', '-c', `${mount} && exec "$@"`, folder, ...again],
    {
      ...process.env,
      TMPDIR: folder,
      [entered]: 'yes',
    },
  );
}
