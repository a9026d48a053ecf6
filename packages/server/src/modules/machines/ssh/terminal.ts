import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Clock } from '../../../kernel/clock.ts';
import type { ShellExit } from '../../snapshots/index.ts';
import { quoteCommand } from './script.ts';
import type { Sessions } from './sessions.ts';

export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  /** E.g. `xterm-256color`. */
  readonly term: string;
  /** The user's shell unless given. Others in the machine can read it. */
  readonly command?: readonly [string, ...string[]];
}

export interface Terminal {
  /** What it shows, as it comes. It has to be read: who reads slowly slows the program down. */
  readonly readable: Readable;
  /** Resolves when it has been taken, or the terminal has ended. */
  write(data: string | Buffer): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Undefined when the connection broke. Never rejects. */
  readonly exited: Promise<ShellExit | undefined>;
  /** Hangs up: its programs get a HUP. */
  close(): void;
}

/** From the end of the shell to the end of its output, which programs in the background may hold open. */
const graceMs = 1000;

export const createOpenTerminal =
  ({ sessions, clock, closed }: { sessions: Sessions; clock: Clock; closed: Promise<void> }) =>
  async ({ columns, rows, term, command }: TerminalOptions): Promise<Terminal> => {
    const size = { cols: columns, rows, width: 0, height: 0 };
    const channel = await sessions.openTerminal(command && quoteCommand(command), { ...size, term });
    const over = new AbortController();
    const { promise: exited, resolve } = Promise.withResolvers<ShellExit | undefined>();
    let exit: ShellExit | undefined;
    channel.stderr.resume();
    channel.on('exit', (code: number | null, signal?: string) => {
      exit = { code, signal: signal ?? null };
      void clock.sleep(graceMs, over.signal).then(() => channel.close());
    });
    const end = (): void => {
      over.abort();
      resolve(exit);
    };
    // Once more: the event above may come in the packet that opens the channel, before anyone listens.
    channel.on('close', (code?: number | null, signal?: string) => {
      if (code !== undefined) exit ??= { code, signal: signal ?? null };
      end();
    });
    void closed.then(end);
    return {
      readable: channel,
      write: async (data) => {
        if (over.signal.aborted || channel.write(data)) return;
        await once(channel, 'drain', { signal: over.signal }).catch(() => undefined);
      },
      resize: (nextColumns, nextRows) => channel.setWindow(nextRows, nextColumns, 0, 0),
      exited,
      close: () => {
        channel.close();
        // The library calls it closed when all was read.
        channel.resume();
        // A program that was only just starting may not have heard of it, and keeps the channel.
        void clock.sleep(graceMs, over.signal).then(end);
      },
    };
  };
