import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCache } from './compile-cache.ts';
import { type CliResult, runInProcess, type TestHostOptions } from './run-in-process.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const email = 'admin@dumont.local';
const password = 'the password of the tests';

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  /** Its data folder. */
  readonly dataDir: string;
  /** Ends the server as Ctrl-C does and answers the exit code of `dumont up`. */
  stop(): Promise<number | null>;
  /** Starts it again where it was: same folder, same port. */
  start(): Promise<void>;
  /** A fresh home folder, signed in as the administrator. */
  signIn(): Promise<Home>;
}

export interface Home {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs a command line as whoever is signed in here. */
  dumont(argv: readonly string[], options?: TestHostOptions): Promise<CliResult>;
  /** What a command that has to succeed prints. */
  ok(...argv: string[]): Promise<string>;
  /** A command that has to fail, with this code and these words. */
  refused(exitCode: number, message: RegExp, ...argv: string[]): Promise<void>;
  /** The JSON that a command answers. Fails when the command does. */
  json<T>(...argv: string[]): Promise<T>;
}

/** The first line that says where the server is; fails when it ends before. */
const readyAt = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = '';
    const onData = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      const url = /Dumont is ready: (\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('exit', (code) => reject(new Error(`dumont up ended with ${code}:\n${output}`)));
  });

/** The real server, started by `dumont up` in a folder of its own; `environment` is more of its settings. */
export const startTestServer = async (
  environment: Readonly<Record<string, string>> = {},
): Promise<TestServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-cli-server-'));
  let child: ChildProcess | undefined;
  let url = '';

  const start = async (): Promise<void> => {
    const port = url === '' ? '0' : new URL(url).port;
    const ports = ['--port', port, '--gateway-port', '0'];
    const argv = ['up', ...ports, '--data-dir', join(folder, 'data'), '--log-level', 'warn'];
    child = spawn(process.execPath, [main, ...argv], {
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        ...compileCache,
        DUMONT_ADMIN_PASSWORD: password,
        // Where runs cannot be confined, the tests accept that for themselves.
        DUMONT_ACCEPT_UNCONFINED: 'command-runs',
        DUMONT_GATEWAY_PORT: '0',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // A test process that ends early leaves no server behind.
    const started = child;
    process.once('exit', () => started.kill('SIGTERM'));
    url = await readyAt(child);
  };
  const stop = async (): Promise<number | null> => {
    const running = child;
    if (running === undefined || running.exitCode !== null) return null;
    const ended = new Promise<number | null>((resolve) => running.once('exit', resolve));
    running.kill('SIGINT');
    return ended;
  };

  try {
    await start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  let homes = 0;
  const server: TestServer = {
    get url() {
      return url;
    },
    email,
    password,
    dataDir: join(folder, 'data'),
    start,
    stop,
    signIn: async () => {
      homes += 1;
      const home = createHome(join(folder, `home-${homes}`), url);
      const argv = ['login', '--email', email, '--password-stdin'];
      const { exitCode, stderr } = await home.dumont(argv, { input: `${password}\n` });
      assert.equal(exitCode, 0, stderr);
      return home;
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return server;
};

/** A user's computer that means the given server. */
export const createHome = (folder: string, url: string): Home => {
  const environment = { DUMONT_URL: url };
  const dumont: Home['dumont'] = (argv, options = {}) =>
    runInProcess(argv, {
      homeFolder: folder,
      workingFolder: folder,
      ...options,
      environment: { ...environment, ...options.environment },
    });
  return {
    folder,
    environment,
    dumont,
    ok: async (...argv) => {
      const { exitCode, stdout, stderr } = await dumont(argv);
      assert.equal(exitCode, 0, `dumont ${argv.join(' ')}: ${stderr}`);
      return stdout;
    },
    refused: async (code, message, ...argv) => {
      const { exitCode, stderr } = await dumont(argv);
      assert.match(stderr, message);
      assert.equal(exitCode, code, stderr);
    },
    json: async <T>(...argv: string[]): Promise<T> => {
      const { exitCode, stdout, stderr } = await dumont([...argv, '--json']);
      assert.equal(exitCode, 0, stderr);
      return JSON.parse(stdout) as T;
    },
  };
};
