import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a newcomer finds the generated password of the first administrator again. */
export const adminPasswordFileIn = (dataDir: string): string => join(dataDir, 'admin-password');

export const writeAdminPassword = async (file: string, password: string): Promise<void> => {
  await mkdir(join(file, '..'), { recursive: true });
  const fresh = `${file}.new`;
  // A file that is already there keeps its mode: it must not be written into.
  await rm(fresh, { force: true });
  await writeFile(fresh, `${password}\n`, { mode: 0o600, flag: 'wx' });
  await rename(fresh, file);
};

/** Removes the file once the password in it was changed. */
export const forgetAdminPassword = async (file: string | undefined, changed: string): Promise<void> => {
  if (file === undefined) return;
  const written = await readFile(file, 'utf8').catch(() => undefined);
  if (written?.trimEnd() === changed) await rm(file, { force: true });
};
