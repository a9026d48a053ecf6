import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../../kernel/clock.ts';
import type { Random } from '../../../kernel/random.ts';
import type { MachineShell, ShellExit } from '../machine-shell.ts';
import { readLines } from './lines.ts';

/** What a program is asked to end with, and how long it then has: restic takes its lock away in this time. */
const farewell = [
  ['SIGINT', 4000],
  ['SIGTERM', 1000],
  ['SIGKILL', 0],
] as const;
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((program) => existsSync(program));

/**
 * Programs on this host, with an environment of their own: how the server itself runs restic. They end with the
 * server where the system can do that. `user` runs them as somebody else (root only).
 */
export const createHostShell = (deps: {
  readonly toolsFolder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly user?: { readonly uid: number; readonly gid: number };
}): MachineShell => ({
  toolsFolder: deps.toolsFolder,
  run: async (command, { environment = {}, stdin, onStdout, onStderr, signal, timeoutSeconds }) => {
    if (signal.aborted) return { code: null, signal: 'SIGTERM' };
    const { uid, gid } = deps.user ?? {};
    // The last program before ours changes the user: a change after it would clear pdeathsig.
    const identity = uid === undefined ? [] : [`--reuid=${uid}`, `--regid=${gid ?? uid}`, '--clear-groups'];
    const [program, ...args] =
      setpriv === undefined ? command : [setpriv, '--pdeathsig', 'KILL', ...identity, '--', ...command];
    const child = spawn(program, args, {
      env: { PATH: path, LC_ALL: 'C.UTF-8', ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: a pipeline of programs ends as a whole.
      detached: true,
    });
    const exited = exitOf(child);
    const over = new AbortController();
    void endWhenAsked(child, deps.clock, signal, timeoutSeconds, over.signal);
    try {
      const input =
        typeof stdin === 'string' ? Readable.from([Buffer.from(stdin)]) : (stdin ?? Readable.from([]));
      // A program that ends before it has read everything is no failure of ours.
      const feeding = pipeline(input, child.stdin).catch(() => undefined);
      const ignore = (): void => undefined;
      await Promise.all([
        feeding,
        readLines(child.stdout, onStdout ?? ignore),
        readLines(child.stderr, onStderr ?? ignore),
      ]);
      return await exited;
    } finally {
      over.abort();
    }
  },
  putFile: async (file, content, mode) => {
    const aside = `${file}.${deps.random.id()}.part`;
    try {
      await mkdir(dirname(file), { recursive: true });
      const handle = await open(aside, 'wx', mode);
      await pipeline(
        Buffer.isBuffer(content) ? Readable.from([content]) : content,
        handle.createWriteStream(),
      );
      await rename(aside, file);
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
  },
});

const exitOf = (child: ChildProcess): Promise<ShellExit> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });

const endWhenAsked = async (
  child: ChildProcess,
  clock: Clock,
  asked: AbortSignal,
  timeoutSeconds: number,
  over: AbortSignal,
): Promise<void> => {
  await clock.sleep(timeoutSeconds * 1000, AbortSignal.any([asked, over]));
  for (const [signal, graceMs] of farewell) {
    if (over.aborted) return;
    sendToGroup(child, signal);
    await clock.sleep(graceMs, over);
  }
};

const sendToGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It has gone.
  }
};
