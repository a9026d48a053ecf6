import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface SubprocessOptions {
  readonly folder: string;
  /** After so many seconds it is asked to end; Infinity for never. */
  readonly patience: number;
  readonly signal: AbortSignal;
  onLine(line: string): void;
}

/** Solvers that know the signal write their best solution in this time; the others just end. */
const graceMilliseconds = 2000;
/** `setTimeout` takes no more. */
const longestMilliseconds = 2 ** 31 - 1;

/** Runs a program of the host to its end. Says false when there is no program of that name; how it ended does not matter: what it wrote does. */
export const runSubprocess = (
  program: string,
  args: readonly string[],
  { folder, patience, signal, onLine }: SubprocessOptions,
): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let kill: NodeJS.Timeout | undefined;
    const end = (): void => {
      child.kill('SIGINT');
      kill ??= setTimeout(() => child.kill('SIGKILL'), graceMilliseconds);
    };
    const timer = Number.isFinite(patience)
      ? setTimeout(end, Math.min(patience * 1000, longestMilliseconds))
      : undefined;
    signal.addEventListener('abort', end);
    const leave = (): void => {
      clearTimeout(timer);
      clearTimeout(kill);
      signal.removeEventListener('abort', end);
    };
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        if (line.trim() !== '') onLine(line.trimEnd());
      });
    child.on('error', (error: NodeJS.ErrnoException) => {
      leave();
      if (error.code === 'ENOENT') resolve(false);
      else reject(error);
    });
    child.on('close', () => {
      leave();
      resolve(true);
    });
  });
