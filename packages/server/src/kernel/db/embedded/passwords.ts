import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import type { Folders } from './folders.ts';

export interface Passwords {
  readonly superuser: string;
  readonly app: string;
  /** At least one of the files was missing, so the database may know another password. */
  readonly generated: boolean;
}

/** Reads the passwords of the two roles from their files; makes those that are missing. */
export async function ensurePasswords(folders: Folders): Promise<Passwords> {
  const superuser = await findPassword(folders.superuserPassword);
  const app = await findPassword(folders.appPassword);
  return {
    superuser: superuser ?? (await makePassword(folders.superuserPassword)),
    app: app ?? (await makePassword(folders.appPassword)),
    generated: superuser === undefined || app === undefined,
  };
}

async function findPassword(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function makePassword(path: string): Promise<string> {
  // base64url: nothing in it needs quoting in a URL or in SQL.
  const password = randomBytes(24).toString('base64url');
  const partial = `${path}.partial`;
  const file = await open(partial, 'w', 0o600);
  try {
    await file.writeFile(`${password}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  return password;
}
