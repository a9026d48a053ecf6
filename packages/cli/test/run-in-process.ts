import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from '../src/host.ts';
import { runCli } from '../src/program.ts';

export interface TestHostOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** What is typed or piped; the stream then ends, unless `terminal`. */
  readonly input?: string;
  /** Columns of a terminal behind all three streams; without it they are pipes. */
  readonly terminal?: number;
  readonly homeFolder?: string;
  readonly workingFolder?: string;
  readonly now?: () => Date;
  readonly interrupted?: AbortSignal;
  /** Called with everything written so far whenever something is written. */
  readonly onOutput?: (stdout: string, stderr: string) => void;
}

interface Screen extends PassThrough {
  isTTY?: boolean;
  columns?: number;
}

const createScreen = (columns: number | undefined): { screen: Screen; text: () => string } => {
  const screen: Screen = new PassThrough({ highWaterMark: 1 << 30 });
  const chunks: Buffer[] = [];
  screen.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (columns !== undefined) Object.assign(screen, { isTTY: true, columns });
  return { screen, text: () => Buffer.concat(chunks).toString('utf8') };
};

/** A host whose screens are kept in memory. */
export const createTestHost = (
  options: TestHostOptions,
): { host: Host; stdin: PassThrough; stdout: () => string; stderr: () => string } => {
  const stdin = new PassThrough();
  if (options.terminal !== undefined) Object.assign(stdin, { isTTY: true, setRawMode: () => stdin });
  if (options.input !== undefined) stdin.write(options.input);
  if (options.terminal === undefined) stdin.end();
  const out = createScreen(options.terminal);
  const err = createScreen(options.terminal);
  const host: Host = {
    environment: options.environment ?? {},
    homeFolder: options.homeFolder ?? '/nonexistent',
    workingFolder: options.workingFolder ?? '/nonexistent',
    stdin,
    stdout: out.screen,
    stderr: err.screen,
    clock: {
      now: options.now ?? (() => new Date()),
      sleep: async (ms, signal) => {
        await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      },
    },
    interrupted: options.interrupted ?? new AbortController().signal,
    runtime: { program: process.execPath, version: 'v24.0.0', platform: 'linux', arch: 'x64' },
  };
  return { host, stdin, stdout: out.text, stderr: err.text };
};

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line inside this process and answers what it left. */
export const runInProcess = async (
  argv: readonly string[],
  options: TestHostOptions = {},
): Promise<CliResult> => {
  const { host, stdout, stderr } = createTestHost(options);
  if (options.onOutput !== undefined) {
    for (const screen of [host.stdout, host.stderr]) {
      screen.on('data', () => options.onOutput?.(stdout(), stderr()));
    }
  }
  const exitCode = await runCli(argv, host);
  return { exitCode, stdout: stdout(), stderr: stderr() };
};
