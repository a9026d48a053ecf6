import { constants } from 'node:os';
import { ShellLost } from '../../../machines/index.ts';
import type { Exit } from '../executor.ts';
import { MachineLost, type Access } from './access.ts';
import type { KnownSize } from './files.ts';
import { runScript } from './remote.ts';
import { notKept, watchScript } from './scripts.ts';

/** Longer than any run may take; a watch is taken up again after that. */
const watchSeconds = 7 * 86_400;

export interface AttemptWatch {
  readonly stdout: KnownSize;
  readonly stderr: KnownSize;
  /** Never rejects: a machine that is lost is an end as well. */
  readonly exited: Promise<Exit>;
}

/** Reversed, because of two names for one number (SIGABRT, SIGIOT) the first is the usual one. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [number, name]),
);

const exitOf = (status: number): Exit => {
  const name = signalNames.get(status - 128);
  return name === undefined ? { code: status, signal: null } : { code: null, signal: name };
};

/** A number that grows, for whoever waits for it to. */
const createSize = () => {
  let bytes = 0;
  let next = Promise.withResolvers<void>();
  const tell = (): void => {
    next.resolve();
    next = Promise.withResolvers();
  };
  return {
    get bytes() {
      return bytes;
    },
    set: (now: number): void => {
      if (now === bytes) return;
      bytes = now;
      tell();
    },
    tell,
    changed: async (signal: AbortSignal): Promise<void> => {
      if (signal.aborted) return;
      const stopped = Promise.withResolvers<void>();
      const stop = (): void => stopped.resolve();
      signal.addEventListener('abort', stop, { once: true });
      await Promise.race([next.promise, stopped.promise]);
      signal.removeEventListener('abort', stop);
    },
  };
};

/** Follows an attempt from afar: one program in the machine tells of its logs and of its end. */
export const watchAttempt = (access: Access, folder: string): AttemptWatch => {
  const sizes = { stdout: createSize(), stderr: createSize() };
  let exit: Exit | undefined;

  const take = (line: string): void => {
    access.heard();
    if (line === '!') {
      exit = { code: null, signal: null, lost: 'it was restarted' };
      return;
    }
    const [, name = '', text = ''] = /^(stdout|stderr|exit\.\d+) (\d+)$/.exec(line) ?? [];
    if (name === 'stdout' || name === 'stderr') sizes[name].set(Number(text));
    else if (name !== '') exit = exitOf(Number(name.slice('exit.'.length)));
  };
  const follow = async (): Promise<Exit> => {
    try {
      while (exit === undefined) {
        await access.use(async (connection, signal) => {
          const said = await runScript(connection, watchScript(folder), {
            signal,
            timeoutSeconds: watchSeconds,
            onLine: take,
          });
          if (said.code === notKept) exit = { code: null, signal: null, lost: 'its files are gone' };
          // With a pause before the next.
          if (exit === undefined) throw new ShellLost('the watch in the machine ended');
        });
      }
      return exit;
    } catch (error) {
      return {
        code: null,
        signal: null,
        lost: error instanceof MachineLost ? error.message : 'it is not watched any more',
      };
    } finally {
      sizes.stdout.tell();
      sizes.stderr.tell();
    }
  };
  return { ...sizes, exited: follow() };
};
