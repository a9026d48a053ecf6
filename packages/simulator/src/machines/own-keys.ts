import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

const mostBytes = 64 * 1024;

/**
 * The lines of the `authorized_keys` that a machine has made for its root, as its sshd would read them; none where
 * there is no such file. The machine may have put anything there: links that lead out of it are not followed, and
 * what is no plain file is not read.
 */
export const readOwnKeys = (root: string): readonly string[] => {
  let file: number | undefined;
  try {
    const path = realpathSync(join(root, 'root/.ssh/authorized_keys'));
    if (!path.startsWith(realpathSync(root) + sep)) return [];
    // Not waiting for the writer of a pipe.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!fstatSync(file).isFile()) return [];
    const content = Buffer.alloc(mostBytes);
    const length = readSync(file, content);
    return content
      .subarray(0, length)
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  } catch {
    // Not there, or changed while it was looked at: the next log-in looks again.
    return [];
  } finally {
    if (file !== undefined) closeSync(file);
  }
};
