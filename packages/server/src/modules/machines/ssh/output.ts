import type { ClientChannel } from 'ssh2';
import { ShellLost, type ShellExit } from '../../snapshots/index.ts';
import { createMarkedLines } from './marked-lines.ts';

export interface Output {
  /** The session that the program runs in; undefined when it ended before it began. */
  readonly started: Promise<number | undefined>;
  /** When it has ended and all that it said was handed over. Rejects `ShellLost`. */
  readonly ended: Promise<ShellExit>;
  lose(message: string): void;
}

export interface OutputListeners {
  readonly onStdout: ((line: string) => void) | undefined;
  readonly onStderr: ((line: string) => void) | undefined;
  /** A listener threw: in an event of a socket that would end the process. */
  readonly onFailure: (error: unknown) => void;
}

/** A shell says 128 and the number of the signal; 130 is left out: what handles INT ends with it by itself. */
const signals = new Map([
  [3, 'SIGQUIT'],
  [4, 'SIGILL'],
  [5, 'SIGTRAP'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL'],
  [11, 'SIGSEGV'],
  [13, 'SIGPIPE'],
  [15, 'SIGTERM'],
]);

const exitOf = (code: number): ShellExit => {
  const signal = signals.get(code - 128);
  return signal === undefined ? { code, signal: null } : { code: null, signal };
};

/** Reads what the script of `writeRunScript` says and what the program says in between. */
export const readOutput = (
  channel: ClientChannel,
  mark: string,
  { onStdout, onStderr, onFailure }: OutputListeners,
): Output => {
  const started = Promise.withResolvers<number | undefined>();
  const ended = Promise.withResolvers<ShellExit>();
  let exit: ShellExit | undefined;
  let open = 2;
  const end = (): void => {
    open -= 1;
    if (open > 0 || exit === undefined) return;
    started.resolve(undefined);
    ended.resolve(exit);
  };
  const guard =
    (work: (text: string) => void) =>
    (text: string): void => {
      try {
        work(text);
      } catch (error) {
        onFailure(error);
      }
    };
  const out = createMarkedLines(mark, {
    start: (text) => started.resolve(Number(text)),
    line: guard((line) => onStdout?.(line)),
    end: (text) => {
      exit = exitOf(Number(text));
      end();
    },
  });
  const err = createMarkedLines(mark, {
    start: () => undefined,
    line: guard((line) => onStderr?.(line)),
    end,
  });
  channel.on('data', (chunk: Buffer) => out.push(chunk));
  channel.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // Not the event of the exit: it may come in the packet that opens the channel, before anyone listens.
  channel.on('close', (code?: number | null, signal?: string) => {
    out.finish();
    err.finish();
    started.resolve(undefined);
    if (code === undefined) ended.reject(new ShellLost('the connection to the machine broke'));
    else ended.resolve(code === null ? { code, signal: signal ?? null } : exitOf(code));
  });
  return {
    started: started.promise,
    ended: ended.promise,
    lose: (message) => ended.reject(new ShellLost(message)),
  };
};
