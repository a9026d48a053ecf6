import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Random } from '../../../kernel/random.ts';
import type { RepositoryFiles } from '../storage/repository-files.ts';
import { isSlow, makeLight } from './key-file.ts';

/**
 * Makes a repository quick to open. restic lets whoever guesses a password wait, and with them each of its own commands:
 * half a second of a processor before the first byte of a restore. Our passwords are 32 random bytes, which nobody
 * guesses. For a repository that nobody works on yet; may be called again after any of its lines.
 */
export const lightenKeys = async (
  files: RepositoryFiles,
  password: string,
  random: Pick<Random, 'secret'>,
  signal: AbortSignal,
): Promise<void> => {
  const keys: { readonly name: string; readonly file: Buffer }[] = [];
  for (const { name } of await files.list('keys', signal)) {
    // Another replica, which does the same in this moment, may have taken it away.
    await using found = await files.open({ kind: 'keys', name });
    if (found !== undefined) keys.push({ name, file: await found.read() });
  }
  const slow = keys.filter(({ file }) => isSlow(file));
  const [first] = slow;
  if (first === undefined) return;
  if (slow.length === keys.length) {
    const light = await makeLight(first.file, password, random);
    if (light === undefined) throw new Error('the password does not open the key of the repository');
    const name = createHash('sha256').update(light).digest('hex');
    await files.write({ kind: 'keys', name }, Readable.from([light]));
  }
  for (const { name } of slow) await files.remove({ kind: 'keys', name });
};
