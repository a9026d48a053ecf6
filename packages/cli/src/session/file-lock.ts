import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { CliError } from '../failure.ts';
import type { Clock } from '../host.ts';

/** Longer than any holder works: a refresh is bounded by the request's time limit. */
const staleMs = 90_000;
const giveUpMs = 120_000;
const pollMs = 25;

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** True while the process lives, also when it belongs to someone else. */
const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isCode(error, 'ESRCH');
  }
};

/** Takes away a lock whose holder is gone. Of several who try, one moves it; a fresh lock is put back. */
const removeStale = async (path: string, clock: Clock): Promise<void> => {
  const seen = await readFile(path, 'utf8').catch(() => undefined);
  const written = await stat(path).catch(() => undefined);
  if (seen === undefined || written === undefined) return;
  const pid = Number(seen.split(' ')[0]);
  // An empty file is a lock between its creation and its first byte.
  const holderLives = Number.isInteger(pid) && pid > 0 ? lives(pid) : true;
  if (holderLives && clock.now().getTime() - written.mtimeMs < staleMs) return;
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== seen) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
};

/**
 * Runs `work` while this process alone holds the lock file. A lock left by a dead process is taken over.
 * Throws `CliError` when the lock is not to be had.
 */
export const withFileLock = async <T>(path: string, clock: Clock, work: () => Promise<T>): Promise<T> => {
  const mark = `${process.pid} ${randomUUID()}\n`;
  const started = clock.now().getTime();
  for (;;) {
    try {
      await writeFile(path, mark, { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    await removeStale(path, clock);
    if (clock.now().getTime() - started > giveUpMs) {
      throw new CliError('cli.locked', `Another dumont holds ${path}. If none runs, delete that file.`);
    }
    await clock.sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    const held = await readFile(path, 'utf8').catch(() => undefined);
    if (held === mark) await rm(path, { force: true });
  }
};
