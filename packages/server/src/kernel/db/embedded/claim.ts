import { readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './error.ts';
import { findStartTime } from './processes.ts';

/** Who uses a data folder. The whole of it is the name of an empty file, so that a claim is made at once and cannot be half written. */
interface Claimant {
  readonly pid: number;
  readonly startTime: string;
  /** Pids mean something inside one of these only (two containers may share a folder). */
  readonly pidNamespace: string;
  /** Start times mean something within one boot only. */
  readonly boot: string;
}

/**
 * Claims the data folder for this process, or throws EmbeddedPostgresError naming the server that has it. PostgreSQL's
 * own lock would not do: a postmaster whose server is gone is ended by the next start.
 *
 * A claim counts as long as its process lives, whatever files a crash left. Each server first puts down its claim and then
 * looks for others, so of two starts at once at most one goes on; nobody ever replaces the claim of another, so none can
 * be stolen. `isServed` answers for claims of another pid namespace: does a PostgreSQL answer in the folder?
 */
export async function claimDataFolder(
  folder: string,
  dataDir: string,
  isServed: () => Promise<boolean>,
): Promise<AsyncDisposable> {
  for (let tries = 1; ; tries++) {
    try {
      return await claimOnce(folder, dataDir, isServed);
    } catch (error) {
      // Two starts at the same moment can both find the other; after different pauses one of them goes first.
      if (tries === 3 || !(error instanceof EmbeddedPostgresError)) throw error;
      await sleep(randomInt(5, 60));
    }
  }
}

async function claimOnce(
  folder: string,
  dataDir: string,
  isServed: () => Promise<boolean>,
): Promise<AsyncDisposable> {
  const self = await identifySelf();
  const own = join(folder, nameOf(self));
  try {
    await writeFile(own, '', { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new EmbeddedPostgresError(`this process has already started it in ${dataDir}.`, { cause });
  }
  const claim = { [Symbol.asyncDispose]: () => rm(own, { force: true }) };
  try {
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      if (path === own) continue;
      const other = parseName(name);
      if (other && (await isAlive(other, self, isServed))) {
        throw new EmbeddedPostgresError(
          `another Dumont server (pid ${other.pid}) uses the data folder ${dataDir}. Stop it, or give this one a folder of its own.`,
        );
      }
      await rm(path, { force: true });
    }
    return claim;
  } catch (error) {
    await claim[Symbol.asyncDispose]();
    throw error;
  }
}

async function isAlive(other: Claimant, self: Claimant, isServed: () => Promise<boolean>): Promise<boolean> {
  if (other.boot !== self.boot) return false;
  if (other.pidNamespace !== self.pidNamespace) return isServed();
  return (await findStartTime(other.pid)) === other.startTime;
}

async function identifySelf(): Promise<Claimant> {
  const [startTime, namespace, boot] = await Promise.all([
    findStartTime(process.pid),
    readlink('/proc/self/ns/pid').catch(() => ''),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
  ]);
  return {
    pid: process.pid,
    startTime: startTime ?? '0',
    pidNamespace: namespace.replaceAll(/\D/g, '') || '0',
    boot: boot.trim() || '0',
  };
}

function nameOf({ pid, startTime, pidNamespace, boot }: Claimant): string {
  return [pid, startTime, pidNamespace, boot].join('_');
}

function parseName(name: string): Claimant | undefined {
  const [pid, startTime, pidNamespace, boot] = name.split('_');
  if (!pid || !startTime || !pidNamespace || !boot || !/^\d+$/.test(pid)) return undefined;
  return { pid: Number(pid), startTime, pidNamespace, boot };
}
