import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../../../kernel/config/settings.ts';

const Content = z.strictObject({ id: z.uuid(), epoch: z.number().int().min(0) });
export type InstallationMark = z.output<typeof Content>;

/** What stays where it is when the database is restored from a backup, or copied to another place. */
export interface InstallationFile {
  read(): Promise<InstallationMark | undefined>;
  write(mark: InstallationMark): Promise<void>;
}

export const createInstallationFile = (dataDir: string): InstallationFile => {
  const file = join(dataDir, 'installation.json');
  return {
    read: async () => {
      const text = await readFile(file, 'utf8').catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      });
      if (text === undefined) return undefined;
      try {
        return Content.parse(JSON.parse(text));
      } catch (cause) {
        throw new ConfigError(
          `${file} is damaged. Restore it, or remove it: the installation then takes a new id, and machines of the old one are adopted by hand.`,
          { cause },
        );
      }
    },
    write: async (mark) => {
      const aside = `${file}.new`;
      const handle = await open(aside, 'w', 0o600);
      try {
        await handle.writeFile(`${JSON.stringify(mark)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(aside, file);
    },
  };
};
