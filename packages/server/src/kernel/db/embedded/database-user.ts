import type { Log } from './log.ts';
import { run } from './run.ts';

/** A user of the system that PostgreSQL runs as. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const databaseUserName = 'dumont-postgres';
const noLogin = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
/** `nobody` and `nogroup` of every Linux distribution. */
const nobody: SystemUser = { uid: 65_534, gid: 65_534 };

/**
 * The user that PostgreSQL runs as when the server is root: one of its own, made when it is missing, so that nothing else on
 * the host (what runs as `nobody`, least of all a run of a pipeline) can enter its files.
 */
export async function ensureDatabaseUser(log: Log): Promise<SystemUser> {
  const existing = await findSystemUser(databaseUserName);
  if (existing) return existing;
  const made = await run({
    file: 'useradd',
    args: [
      '--system',
      '--user-group',
      ...noLogin,
      '--comment',
      'PostgreSQL embedded in Dumont',
      databaseUserName,
    ],
  }).catch((cause: unknown) => ({ code: null, stdout: '', stderr: (cause as Error).message }));
  // Also after a failure: another server may have made it between the two steps.
  const user = await findSystemUser(databaseUserName);
  if (user) return user;
  log(
    'warn',
    `The system user ${databaseUserName} could not be made; PostgreSQL runs as ${nobody.uid} (nobody), which other services of this host may share.`,
    { exitCode: made.code, stderr: made.stderr.trim() },
  );
  return nobody;
}

async function findSystemUser(name: string): Promise<SystemUser | undefined> {
  const { code, stdout } = await run({ file: 'getent', args: ['passwd', name] }).catch(() => ({
    code: null,
    stdout: '',
  }));
  const [, , uid, gid] = stdout.trim().split(':');
  if (code !== 0 || !uid || !gid) return undefined;
  const user = { uid: Number(uid), gid: Number(gid) };
  return user.uid > 0 && user.gid > 0 ? user : undefined;
}
