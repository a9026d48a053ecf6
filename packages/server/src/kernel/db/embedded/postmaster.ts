import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './error.ts';
import { dataName, type Folders } from './folders.ts';
import type { Launcher } from './launcher.ts';
import { cleanEnvironment } from './run.ts';

/** Crash recovery replays up to `max_wal_size` before the first connection is let in. */
const readyWithinSeconds = 300;
const pollMilliseconds = 5;
const maximumLogBytes = 16 * 1024 * 1024;

export interface PostmasterEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Postmaster {
  readonly pid: number;
  /** Settles when the process has gone, asked or not. */
  readonly ended: Promise<PostmasterEnd>;
  /** Fast shutdown: sessions are cut off, everything is written. */
  stop(): Promise<void>;
}

/** Starts PostgreSQL and waits until it accepts connections. Throws EmbeddedPostgresError with the end of its log. */
export async function startPostmaster(
  folders: Folders,
  launcher: Launcher,
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster> {
  await rotateLog(folders.log);
  // A file, not a pipe: a pipe dies with its reader, and PostgreSQL still has to say why it shuts down.
  const log = await open(folders.log, 'a', 0o600);
  const logStart = (await log.stat()).size;
  let child: ChildProcess;
  try {
    const { file, args, ...identity } = launcher.command([
      `${launcher.folders.binaries}/bin/postgres`,
      '-D',
      `${launcher.folders.cluster}/${dataName}`,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]);
    child = spawn(file, args, {
      ...identity,
      cwd: '/',
      env: cleanEnvironment(),
      stdio: ['ignore', log.fd, log.fd],
      // A session of its own: Ctrl-C in a terminal is for the server, which then stops PostgreSQL in its turn.
      detached: true,
    });
    await once(child, 'spawn');
  } finally {
    await log.close();
  }
  const ended = new Promise<PostmasterEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const pid = child.pid as number;
  try {
    await waitUntilReady(folders, pid, ended);
  } catch (cause) {
    child.kill('SIGQUIT');
    await ended;
    throw new EmbeddedPostgresError(
      `${(cause as Error).message} (${await readLog(folders.log, logStart)}). Its log is ${folders.log}.`,
      { cause },
    );
  }
  // A server that forgets to stop us can still end; PostgreSQL then follows it.
  child.unref();
  return {
    pid,
    ended,
    async stop() {
      child.ref();
      await endProcess((signal) => child.kill(signal), ended);
    },
  };
}

/** Fast shutdown, then immediate, then by force. `ended` settles when the process has gone. */
export async function endProcess(
  kill: (signal: NodeJS.Signals) => void,
  ended: Promise<unknown>,
): Promise<void> {
  const steps = [
    { signal: 'SIGINT', seconds: 60 },
    { signal: 'SIGQUIT', seconds: 10 },
    { signal: 'SIGKILL', seconds: 10 },
  ] as const;
  for (const { signal, seconds } of steps) {
    kill(signal);
    const timer = new AbortController();
    const late = sleep(seconds * 1000, 'late' as const, { signal: timer.signal }).catch(
      () => 'late' as const,
    );
    const result = await Promise.race([ended, late]);
    timer.abort();
    if (result !== 'late') return;
  }
}

async function waitUntilReady(folders: Folders, pid: number, ended: Promise<PostmasterEnd>): Promise<void> {
  let end: PostmasterEnd | undefined;
  void ended.then((value) => (end = value));
  const tries = (readyWithinSeconds * 1000) / pollMilliseconds;
  for (let count = 0; count < tries; count++) {
    if (end) throw new Error(`PostgreSQL ended with ${end.signal ?? `exit code ${end.code}`} while starting`);
    const lines = await readPidFile(folders);
    if (lines?.[0] === String(pid) && lines[7] === 'ready') return;
    await sleep(pollMilliseconds);
  }
  throw new Error(`PostgreSQL was not ready within ${readyWithinSeconds} s`);
}

/** Lines of `postmaster.pid`: 1 is the pid, 8 the state (PostgreSQL's miscinit.h). Undefined when there is none. */
export async function readPidFile(folders: Folders): Promise<string[] | undefined> {
  const text = await readFile(pidFile(folders), 'utf8').catch(() => undefined);
  return text?.split('\n').map((line) => line.trim());
}

export async function removePidFile(folders: Folders): Promise<void> {
  await rm(pidFile(folders), { force: true });
}

function pidFile(folders: Folders): string {
  return join(folders.cluster, dataName, 'postmaster.pid');
}

async function rotateLog(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && found.size > maximumLogBytes) await rename(path, `${path}.1`);
}

async function readLog(path: string, from: number): Promise<string> {
  const text = (await readFile(path)).subarray(from).toString('utf8').trim();
  return text.split('\n').slice(-4).join(' / ') || 'it wrote nothing to its log';
}
