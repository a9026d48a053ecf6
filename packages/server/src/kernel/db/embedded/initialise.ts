import { randomUUID } from 'node:crypto';
import { chmod, chown, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EmbeddedPostgresError } from './error.ts';
import { dataName, type Folders } from './folders.ts';
import type { Launcher } from './launcher.ts';
import type { Passwords } from './passwords.ts';
import { run, type Outcome } from './run.ts';

export const superuserName = 'dumont';
export const appRoleName = 'dumont_app';
export const appDatabaseName = 'dumont';

const unfinishedPrefix = 'data.unfinished-';

/** The major version that made the data folder, such as `18`; undefined before the first start. */
export async function findDataVersion(folders: Folders): Promise<string | undefined> {
  const path = join(folders.cluster, dataName, 'PG_VERSION');
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    },
  );
}

/**
 * Makes the data folder with its roles and the app's database. All of it happens under another name, and the rename at the end is
 * what makes it count: after a crash before that, the next start begins again.
 */
export async function initialise(
  folders: Folders,
  launcher: Launcher,
  passwords: Passwords,
  unsafeFast: boolean,
): Promise<void> {
  await removeUnfinished(folders.cluster);
  // A name of its own for each attempt: the initdb of a server that was killed a moment ago may still be clearing up.
  const unfinished = `${unfinishedPrefix}${randomUUID()}`;
  const passwordName = 'initdb.password';
  const passwordFile = join(folders.cluster, passwordName);
  await writeFile(passwordFile, passwords.superuser, { mode: 0o600, flag: 'wx' });
  await chmod(passwordFile, 0o600);
  if (launcher.owner) await chown(passwordFile, launcher.owner.uid, launcher.owner.gid);
  const inside = launcher.folders;
  const made = await run(
    launcher.command([
      `${inside.binaries}/bin/initdb`,
      `--pgdata=${inside.cluster}/${unfinished}`,
      `--username=${superuserName}`,
      `--pwfile=${inside.cluster}/${passwordName}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Nothing depends on the locales that this host happens to have.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(unsafeFast ? ['--no-sync'] : []),
    ]),
  );
  await rm(passwordFile, { force: true });
  requireSuccess(made, 'initdb', folders);

  await runSingleUser(folders, launcher, unfinished, [
    `CREATE ROLE ${appRoleName} LOGIN CREATEROLE PASSWORD '${passwords.app}'`,
    `CREATE DATABASE ${appDatabaseName} OWNER ${appRoleName}`,
    // Roles that the app makes later are let into its own database by it, and into no other.
    `REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC`,
  ]);

  await rename(join(folders.cluster, unfinished), join(folders.cluster, dataName));
  const cluster = await open(folders.cluster, 'r');
  try {
    await cluster.sync();
  } finally {
    await cluster.close();
  }
}

async function removeUnfinished(cluster: string): Promise<void> {
  for (const name of await readdir(cluster)) {
    if (name !== dataName)
      await rm(join(cluster, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }
}

/** Makes the database take the passwords of the files, when a file was lost. */
export async function resetPasswords(
  folders: Folders,
  launcher: Launcher,
  passwords: Passwords,
): Promise<void> {
  await runSingleUser(folders, launcher, dataName, [
    `ALTER ROLE ${superuserName} PASSWORD '${passwords.superuser}'`,
    `ALTER ROLE ${appRoleName} PASSWORD '${passwords.app}'`,
  ]);
}

/** PostgreSQL's single-user mode: no server, no connection, no password; one statement a line. */
async function runSingleUser(
  folders: Folders,
  launcher: Launcher,
  data: string,
  statements: readonly string[],
): Promise<void> {
  const argv = [
    `${launcher.folders.binaries}/bin/postgres`,
    '--single',
    '-D',
    `${launcher.folders.cluster}/${data}`,
    // Without it an error is printed and the exit code is 0.
    '-cexit_on_error=true',
    // The statements hold passwords, and what is printed gets into the error.
    '-clog_min_error_statement=panic',
    'postgres',
  ];
  requireSuccess(
    await run(launcher.command(argv), `${statements.join('\n')}\n`),
    'postgres --single',
    folders,
  );
}

function requireSuccess({ code, stdout, stderr }: Outcome, program: string, folders: Folders): void {
  if (code === 0) return;
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-5).join(' / ');
  throw new EmbeddedPostgresError(
    `${program} failed with exit code ${code} in ${basename(folders.root)} of the data folder (${said}).`,
  );
}
