import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';
import { EmbeddedPostgresError } from './error.ts';
import { dataName, type Folders } from './folders.ts';
import { endProcess, readPidFile, removePidFile } from './postmaster.ts';
import { findStartTime, isPostgresOf, listPostgresOf } from './processes.ts';
import { isServed } from './sockets.ts';

/**
 * Ends what an earlier server left on the data folder after a hard kill, so that a start always begins with none:
 * a postmaster that outlived its server, sessions that outlived their postmaster, and a `postmaster.pid` whose pid belongs to
 * something else by now (PostgreSQL would believe it). The caller holds the claim on the data folder.
 * Returns whether there was a `postmaster.pid`.
 */
export async function endLeftovers(folders: Folders, log: Log): Promise<boolean> {
  const pidLines = await readPidFile(folders);
  if (!pidLines) return false;
  const data = join(folders.cluster, dataName);
  const postmaster = Number(pidLines[0]);
  if (await isPostgresOf(postmaster, data)) {
    log('info', 'PostgreSQL still runs from an earlier server; it is ended first.', { pid: postmaster });
    await endForeign(postmaster);
  }
  const orphans = await listPostgresOf(data);
  for (const pid of orphans) {
    // Without a postmaster a session ends by itself as soon as it waits for something; in the middle of a query it does not.
    log('info', 'A session outlived its PostgreSQL; it is ended.', { pid });
    process.kill(pid, 'SIGKILL');
    await gone(pid);
  }
  if (await isServed(folders)) {
    throw new EmbeddedPostgresError(
      `a PostgreSQL that this process cannot see (in another container?) serves ${folders.root}.`,
    );
  }
  await removePidFile(folders);
  return true;
}

async function endForeign(pid: number): Promise<void> {
  await endProcess((signal) => {
    try {
      process.kill(pid, signal);
    } catch {
      // It has gone in the meantime.
    }
  }, gone(pid));
}

async function gone(pid: number): Promise<void> {
  while ((await findStartTime(pid)) !== undefined) await sleep(5);
}
