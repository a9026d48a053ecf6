import {
  chownSync,
  closeSync,
  fchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { chmod, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LaunchRefused, type AttemptRef, type Launch } from '../executor.ts';

/** `<runsDir>/<runId>/<attempt>/{work,output,tmp,stdout.log,stderr.log,status}`. */
export interface AttemptFolder {
  readonly path: string;
  readonly work: string;
  readonly output: string;
  readonly tmp: string;
  readonly stdout: string;
  readonly stderr: string;
  /** What the process outside the confinement tells about the one inside. The run cannot reach it. */
  readonly status: string;
}

export const attemptFolder = (runsDir: string, attempt: AttemptRef): AttemptFolder => {
  if (!runIdPattern.test(attempt.runId)) {
    throw new LaunchRefused(`The run id ${JSON.stringify(attempt.runId)} cannot name a folder`);
  }
  return folderAt(join(runsDir, attempt.runId, String(attempt.attempt)));
};

export const folderAt = (path: string): AttemptFolder => ({
  path,
  work: join(path, 'work'),
  output: join(path, 'output'),
  tmp: join(path, 'tmp'),
  stdout: join(path, 'stdout.log'),
  stderr: join(path, 'stderr.log'),
  status: join(path, 'status'),
});

const runIdPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** The attempts that have a folder, whatever is in it. */
export const listAttempts = async (runsDir: string): Promise<readonly AttemptRef[]> => {
  const found: AttemptRef[] = [];
  for (const runId of await readdir(runsDir)) {
    if (!runIdPattern.test(runId)) continue;
    const names = await readdir(join(runsDir, runId)).catch(() => []);
    for (const name of names) if (/^[1-9]\d*$/.test(name)) found.push({ runId, attempt: Number(name) });
  }
  return found;
};

/**
 * Makes the folders and the launch's files; fails where the attempt's folder exists already.
 * Everything that the run may write belongs to `owner`; the folder around it does not, so that the run reaches
 * its own parts by bind mounts, or by a path whose folders it can pass but not list.
 */
export const prepareAttempt = (
  folder: AttemptFolder,
  files: Launch['files'],
  owner: number | undefined,
): void => {
  makeFolder(folder, owner, () => {
    for (const path of [folder.work, folder.output, folder.tmp]) {
      mkdirSync(path, { mode: 0o710 });
      // Root's group may enter, because root without its capabilities must before it becomes the run's user.
      if (owner !== undefined) chownSync(path, owner, 0);
    }
    writeFiles(folder, files, owner);
  });
};

/**
 * Makes a folder that was prepared in advance, with the process that already lives in it, the attempt's. Its log
 * files keep that process findable: an open file is known by the name that it has now.
 */
export const adoptAttempt = (
  prepared: AttemptFolder,
  folder: AttemptFolder,
  files: Launch['files'],
  owner: number | undefined,
): void => {
  makeFolder(folder, owner, () => {
    writeFiles(prepared, files, owner);
    // The new one is empty, and a folder can take the place of such a one.
    renameSync(prepared.path, folder.path);
  });
};

const makeFolder = (folder: AttemptFolder, owner: number | undefined, fill: () => void): void => {
  const mode = owner === undefined ? 0o700 : 0o711;
  mkdirSync(dirname(folder.path), { recursive: true, mode });
  mkdirSync(folder.path, { mode });
  try {
    fill();
  } catch (error) {
    rmSync(folder.path, { recursive: true, force: true });
    throw error;
  }
};

/** By descriptor, because whoever owns the folder may be there already and put a link in the place of a file. */
const writeFiles = (folder: AttemptFolder, files: Launch['files'], owner: number | undefined): void => {
  for (const file of files) {
    const fd = openSync(join(folder.work, file.name), 'wx', 0o600);
    try {
      if (owner !== undefined) fchownSync(fd, owner, owner);
      writeFileSync(fd, file.content);
    } finally {
      closeSync(fd);
    }
  }
};

/**
 * The descriptor of a new log. Its file lets nobody write, on purpose: `echo text > /dev/stderr` opens it anew
 * and would truncate it, so that open is refused rather than lines lost.
 */
export const openNewLog = (path: string): number => openSync(path, 'ax', 0o400);

/**
 * A descriptor of text that only `owner` can read and that has no name on disk any more: for what must not
 * stand in a command line, which everybody on the host can read.
 */
export const namelessFile = (folder: AttemptFolder, text: string, owner: number | undefined): number => {
  const path = join(folder.path, 'environment');
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  try {
    if (owner !== undefined) chownSync(path, owner, owner);
    return openSync(path, 'r');
  } finally {
    rmSync(path);
  }
};

export interface ReportedStatus {
  /** The first process of the PID namespace, numbered as this host sees it. */
  readonly init: number | undefined;
  /** Without a namespace: the command is there. */
  readonly hasStarted: boolean;
  /** Present once the command has ended; absent after that when the confinement itself failed. */
  readonly exitCode: number | undefined;
}

export const readStatus = (folder: AttemptFolder): ReportedStatus => {
  let text = '';
  try {
    text = readFileSync(folder.status, 'utf8');
  } catch {
    // Not written: the process has not come that far, or is not one that writes it.
  }
  const init = /"child-pid": (\d+)/.exec(text)?.[1];
  const exitCode = /"exit-code": (\d+)/.exec(text)?.[1];
  return {
    hasStarted: /^started$/m.test(text),
    init: init === undefined ? undefined : Number(init),
    exitCode: exitCode === undefined ? undefined : Number(exitCode),
  };
};

/** Deletes the attempt's folder, and the run's when it was the last. */
export const removeAttempt = async (folder: AttemptFolder): Promise<void> => {
  if (removeEmptied(folder)) return;
  // A program may have closed its own folders to their owner, which is us where nobody else could be.
  if (process.getuid?.() !== 0) await openFolders(Buffer.from(folder.path));
  await rm(folder.path, { recursive: true, force: true });
  await rmdir(dirname(folder.path)).catch(() => undefined);
};

/**
 * Most runs leave no file. A dozen calls for what lies in the cache take a tenth of the time that as many trips
 * through the thread pool do. False where there is more to delete.
 */
const removeEmptied = (folder: AttemptFolder): boolean => {
  try {
    for (const path of [folder.work, folder.output, folder.tmp]) rmdirSync(path);
    for (const path of [folder.stdout, folder.stderr, folder.status]) unlinkSync(path);
    rmdirSync(folder.path);
  } catch {
    return false;
  }
  try {
    rmdirSync(dirname(folder.path));
  } catch {
    // There is another attempt.
  }
  return true;
};

const openFolders = async (path: Buffer): Promise<void> => {
  try {
    await chmod(path, 0o700);
  } catch {
    return;
  }
  for (const entry of await readdir(path, { withFileTypes: true, encoding: 'buffer' })) {
    if (entry.isDirectory()) await openFolders(Buffer.concat([path, Buffer.from('/'), entry.name]));
  }
};

/** The last line of a short log, for a message. */
export const readLogTail = (path: string): string =>
  readFileSync(path, 'utf8').trim().split('\n').at(-1)?.slice(0, 300) ?? '';
