import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { withUmask } from './umask.ts';

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
 * A folder below `parent` that stands for /etc inside a confinement: one mount instead of a dozen, and no name,
 * user or setting of the host in it that a run does not need. `uids` get an entry in its password file, because
 * programs ask who they are. It is built once for each state of the host's files and kept.
 */
export const createEtcFolder = (parent: string, uids: readonly number[]): EtcFolder => {
  const name = `.etc-${stateOf(uids)}`;
  const path = join(parent, name);
  if (!existsSync(path)) {
    const draft = join(parent, `.draft-${process.pid}`);
    rmSync(draft, { recursive: true, force: true });
    withUmask(0o022, () => {
      mkdirSync(draft);
      fill(draft, uids);
    });
    renameSync(draft, path);
  }
  for (const other of readdirSync(parent)) {
    if (other.startsWith('.etc-') && other !== name)
      rmSync(join(parent, other), { recursive: true, force: true });
  }
  const copied = new Map<string, number>();
  const refresh = (): void => {
    for (const part of volatileParts) {
      const source = join('/etc', part);
      const changed = statSync(source, { throwIfNoEntry: false })?.mtimeMs;
      if (changed === undefined || copied.get(part) === changed) continue;
      const fresh = join(path, `.${part}.${process.pid}`);
      copyFileSync(source, fresh);
      chmodSync(fresh, 0o644);
      renameSync(fresh, join(path, part));
      copied.set(part, changed);
    }
  };
  refresh();
  return { path, refresh };
};

/**
 * Links are kept as they are: most lead into /usr, and one that leads elsewhere shows nothing. Where they can, they
 * get another name instead of a copy, because there are a thousand, and ext4 is slow to find room for each.
 */
const copyTree = (from: string, to: string): void => {
  const entry = lstatSync(from);
  if (entry.isDirectory()) {
    mkdirSync(to);
    for (const name of readdirSync(from)) copyTree(join(from, name), join(to, name));
  } else if (entry.isFile()) copyFileSync(from, to);
  else if (entry.isSymbolicLink()) {
    try {
      linkSync(from, to);
    } catch {
      // Another file system, or it is not ours.
      symlinkSync(readlinkSync(from), to);
    }
  }
};

const fill = (path: string, uids: readonly number[]): void => {
  for (const part of parts.filter((name) => existsSync(join('/etc', name)))) {
    try {
      mkdirSync(dirname(join(path, part)), { recursive: true });
      copyTree(join('/etc', part), join(path, part));
    } catch {
      // Something in it is closed to us, or no file at all: runs do without what is missing.
    }
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
};

const userName = (uid: number): string => (uid === 0 ? 'root' : uid === 65_534 ? 'nobody' : `run${uid}`);

const stateOf = (uids: readonly number[]): string => {
  const times = parts.map((part) => lstatSync(join('/etc', part), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return createHash('sha256')
    .update(JSON.stringify([parts, times, uids]))
    .digest('hex')
    .slice(0, 16);
};
