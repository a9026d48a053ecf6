import type { Readable, Writable } from 'node:stream';

/** What the CLI is given of the process it runs in, so that tests run it whole inside theirs. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly workingFolder: string;
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };
  readonly stdout: Screen;
  readonly stderr: Screen;
  readonly clock: Clock;
  /** Aborts at the first signal that asks us to end. */
  readonly interrupted: AbortSignal;
  readonly runtime: {
    readonly program: string;
    readonly version: string;
    readonly platform: string;
    readonly arch: string;
  };
}

export type Screen = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface Clock {
  now(): Date;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
