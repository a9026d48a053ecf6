import type { Readable } from 'node:stream';

/** A place with a file system in which programs can be run: a machine over SSH, or a folder of this host in tests. */
export interface MachineShell {
  /**
   * Runs a program to its end; lines of stdout and stderr are handed over as they come. Secrets go by `environment`
   * or stdin, never by argv. When the signal aborts or the time is over the program and its children
   * get an INT (older versions of restic take their lock away on no other signal), then a TERM, then a KILL. Rejects
   * `ShellLost` when the connection broke: the program may or may not go on.
   */
  run(
    command: readonly [string, ...string[]],
    options: {
      readonly environment?: Readonly<Record<string, string>>;
      readonly stdin?: string | Readable;
      readonly onStdout?: (line: string) => void;
      readonly onStderr?: (line: string) => void;
      readonly signal: AbortSignal;
      readonly timeoutSeconds: number;
    },
  ): Promise<ShellExit>;
  /** Puts a file there with a mode, whole or not at all. */
  putFile(path: string, content: Readable | Buffer, mode: number): Promise<void>;
  /** Where our programs live in it, e.g. `/opt/dumont`. */
  readonly toolsFolder: string;
}

export interface ShellExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** The connection to the machine broke; what ran there may go on. */
export class ShellLost extends Error {
  override readonly name = 'ShellLost';
}
