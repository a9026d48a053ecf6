import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliError } from '../failure.ts';
import type { Host } from '../host.ts';
import { withFileLock } from './file-lock.ts';

/** How this computer is signed in to one server. */
export type Credentials =
  | {
      readonly kind: 'session';
      readonly accessToken: string;
      readonly refreshToken: string;
      /** When the access token ends, ISO-8601. */
      readonly expiresAt: string;
    }
  | { readonly kind: 'token'; readonly token: string };

export interface Profile {
  readonly credentials: Credentials;
  /** Who signed in, to be shown. */
  readonly user: string;
}

export interface CliConfig {
  readonly version: 1;
  /** The server that is meant when none is named: where one signed in last. */
  readonly current?: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** `$XDG_CONFIG_HOME/dumont/config.json`, mode 0600: it holds tokens. */
export interface ConfigFile {
  readonly path: string;
  read(): Promise<CliConfig>;
  /** Reads, changes and writes under a lock that all CLIs of this user share. */
  change<T>(edit: (config: CliConfig) => Promise<readonly [CliConfig, T]>): Promise<T>;
  /** True when others on this computer may read the file. */
  exposed(): Promise<boolean>;
}

const empty: CliConfig = { version: 1, profiles: {} };

const isConfig = (value: unknown): value is CliConfig =>
  typeof value === 'object' &&
  value !== null &&
  'version' in value &&
  value.version === 1 &&
  'profiles' in value &&
  typeof value.profiles === 'object' &&
  value.profiles !== null;

export const createConfigFile = (host: Host): ConfigFile => {
  const base = host.environment['XDG_CONFIG_HOME'] || join(host.homeFolder, '.config');
  const path = join(base, 'dumont', 'config.json');

  const read = async (): Promise<CliConfig> => {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return empty;
      throw error;
    }
    try {
      const value: unknown = JSON.parse(text);
      if (isConfig(value)) return value;
    } catch {
      // Falls through to the same message: either way the file is not ours any more.
    }
    throw new CliError('cli.config', `${path} cannot be understood. Delete it and sign in again.`);
  };

  /** A reader never sees half a file, also after a crash. */
  const write = async (config: CliConfig): Promise<void> => {
    const temporary = `${path}.${randomUUID()}`;
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(config, undefined, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
  };

  return {
    path,
    read,
    change: async (edit) => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      return withFileLock(`${path}.lock`, host.clock, async () => {
        const before = await read();
        const [after, answer] = await edit(before);
        if (after !== before) await write(after);
        return answer;
      });
    },
    exposed: async () => {
      if (host.runtime.platform === 'win32') return false;
      const found = await stat(path).catch(() => undefined);
      return found !== undefined && (found.mode & 0o077) !== 0;
    },
  };
};
