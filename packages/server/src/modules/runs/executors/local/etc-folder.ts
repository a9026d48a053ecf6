import { copyFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';

/** Parts of /etc that programs need and that hold no secret; whatever is missing on this host is left out. */
const parts = [
  'alternatives',
  'ca-certificates.conf',
  'crypto-policies',
  'fonts',
  'gai.conf',
  'host.conf',
  'inputrc',
  'java-11-openjdk',
  'java-17-openjdk',
  'java-21-openjdk',
  'java-25-openjdk',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'locale.alias',
  'localtime',
  'magic',
  'mime.types',
  'os-release',
  'perl',
  'pki/ca-trust',
  'pki/tls/certs',
  'pki/tls/cert.pem',
  'pki/tls/openssl.cnf',
  'protocols',
  'python3',
  'services',
  'shells',
  'ssl/certs',
  'ssl/cert.pem',
  'ssl/openssl.cnf',
  'terminfo',
  'timezone',
] as const;

/** What changes while a server runs (a laptop changes its network). */
const volatileParts = ['hosts', 'resolv.conf'] as const;

export interface EtcFolder {
  readonly path: string;
  /** Copies again what changed on the host. Some microseconds when nothing did. */
  refresh(): void;
}

/**
 * A folder that stands for /etc inside a confinement: one mount instead of a dozen, and no name, user or
 * setting of the host in it that a run does not need. `uids` get an entry in its password file, because
 * programs ask who they are.
 */
export const createEtcFolder = async (path: string, uids: readonly number[]): Promise<EtcFolder> => {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true, mode: 0o755 });
  for (const part of parts) {
    // Links are copied as they are: most lead into /usr. One that leads elsewhere shows nothing.
    await cp(join('/etc', part), join(path, part), { recursive: true, verbatimSymlinks: true }).catch(
      () => undefined,
    );
  }
  const users = [0, ...uids, 65_534].map((uid) => ({ uid, name: userName(uid) }));
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(path, name), lines.map((line) => `${line}\n`).join(''));
  write(
    'passwd',
    users.map(({ uid, name }) => `${name}:x:${uid}:${uid}::/tmp:/bin/sh`),
  );
  write(
    'group',
    users.map(({ uid, name }) => `${name}:x:${uid}:`),
  );
  write('nsswitch.conf', ['passwd: files', 'group: files', 'hosts: files dns', 'services: files']);

  const copied = new Map<string, number>();
  const refresh = (): void => {
    for (const part of volatileParts) {
      const source = join('/etc', part);
      const changed = statSync(source, { throwIfNoEntry: false })?.mtimeMs;
      if (changed === undefined || copied.get(part) === changed) continue;
      const fresh = join(path, `.${part}.${process.pid}`);
      copyFileSync(source, fresh);
      renameSync(fresh, join(path, part));
      copied.set(part, changed);
    }
  };
  refresh();
  return { path, refresh };
};

const userName = (uid: number): string => (uid === 0 ? 'root' : uid === 65_534 ? 'nobody' : `run${uid}`);
