import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@dumont/contracts/client';

export interface ServerProcess extends AsyncDisposable {
  /** KILL, as a crash or an out-of-memory killer does it; resolves when the process has gone. */
  kill(): Promise<void>;
  readonly url: string;
  readonly gatewayUrl: string;
  readonly token: string;
  readonly client: Client;
  readonly pid: number;
  readonly dataDir: string;
  /** Milliseconds from starting the process until it took requests. */
  readonly startedInMs: number;
}

const password = 'a-long-test-password';
const checkout = join(import.meta.dirname, '../../..');

/**
 * Not below /tmp where there is another: every run has a /tmp of its own, in which the way to its folder would be
 * made anew.
 */
const dataRoot = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });

/** The real server as a process of its own on a fresh data folder, as users run it. */
export const startServerProcess = async (
  environment: Record<string, string> = {},
  existingDataDir?: string,
): Promise<ServerProcess> => {
  const dataDir = existingDataDir ?? (await mkdtemp(join(dataRoot, 'dumont-server-')));
  const port = await freePort();
  const startedMs = performance.now();
  const child = spawn(process.execPath, [join(checkout, 'packages/server/src/main.ts')], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      NODE_COMPILE_CACHE: join(checkout, '.cache/compile'),
      DUMONT_DATA_DIR: dataDir,
      DUMONT_PORT: String(port),
      DUMONT_GATEWAY_PORT: '0',
      DUMONT_ADMIN_PASSWORD: password,
      DUMONT_LOG_LEVEL: 'error',
      DUMONT_REQUESTS_PER_SECOND: '1000000',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const [url, gatewayUrl] = await new Promise<readonly [string, string]>((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const ready = /is ready: (http:\S+)\n/.exec(text);
      // Lines of the log may stand between; the empty line ends what it says of itself.
      if (ready === null || !text.slice(ready.index).includes('\n\n')) return;
      resolve([ready[1] ?? '', /^ +The gateway: (http:\S+)$/m.exec(text)?.[1] ?? '']);
      // What it logs from now on is read by nobody, but must not fill the pipe.
      child.stdout.off('data', read).resume();
    };
    child.stdout.on('data', read);
    void ended.then(() => reject(new Error(`the server ended before it was ready: ${text}`)));
  });
  const startedInMs = performance.now() - startedMs;
  const anonymous = createClient({ baseUrl: url });
  const session = await anonymous.login({ body: { email: 'admin@dumont.local', password } });
  const token = 'token' in session ? session.token : '';
  return {
    url,
    gatewayUrl,
    token,
    dataDir,
    startedInMs,
    pid: child.pid ?? 0,
    client: createClient({ baseUrl: url, headers: () => ({ authorization: `Bearer ${token}` }) }),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
      if (existingDataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Address of the server's database, for what looks behind it. */
export const databaseUrl = async (dataDir: string): Promise<string> => {
  const password_ = (await readFile(join(dataDir, 'postgres/app.password'), 'utf8')).trim();
  const socket = join(dataDir, 'postgres/socket');
  return `postgres://dumont_app:${encodeURIComponent(password_)}@${encodeURIComponent(socket)}/dumont`;
};
