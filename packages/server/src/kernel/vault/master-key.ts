import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config/settings.ts';

const keyBytes = 32;

const decode = (text: string): Buffer | undefined => {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  return key.length === keyBytes ? key : undefined;
};

/** The key that wraps all data keys: from the setting, or a file of mode 0600 made at the first start. */
export const loadMasterKey = async (setting: string | undefined, dataDir: string): Promise<Buffer> => {
  if (setting !== undefined) {
    const key = decode(setting);
    if (key === undefined) {
      throw new ConfigError('DUMONT_MASTER_KEY: allowed: 32 bytes, as 64 hexadecimal digits or in base64');
    }
    return key;
  }
  const file = join(dataDir, 'master-key');
  const stored = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (stored !== undefined) {
    const key = decode(stored);
    if (key === undefined)
      throw new ConfigError(
        `${file} is damaged. Restore it from a backup: without it no credential can be read.`,
      );
    return key;
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const key = randomBytes(keyBytes);
  await writeDurably(file, `${key.toString('base64')}\n`);
  return key;
};

/** A key that is half written would make every credential unreadable: write aside, sync, then rename. */
const writeDurably = async (file: string, content: string): Promise<void> => {
  const aside = `${file}.new`;
  const handle = await open(aside, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(aside, file);
};
