import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';

export const isRoot = process.getuid?.() === 0;

/** An empty folder of mode 0700, removed after the test. */
export async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }));
  return folder;
}

let template: Promise<string> | undefined;

/** A data folder that was started and stopped once, below a folder of mode 0700: a copy, so that tests do not pay for initdb. */
export async function makeInitialisedDataDir(t: TestContext, name = 'data-dir'): Promise<string> {
  template ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), 'embedded-postgres-template-'));
    process.once('exit', () => spawnSync('rm', ['-rf', folder]));
    await (await start(join(folder, 'data-dir')))[Symbol.asyncDispose]();
    return folder;
  })();
  const source = join(await template, 'data-dir');
  const target = join(await makeFolder(t), name);
  copyDataDir(source, target);
  return target;
}

export function copyDataDir(source: string, target: string): void {
  mkdirSync(join(target, 'postgres'), { recursive: true });
  for (const name of readdirSync(join(source, 'postgres'))) {
    // PostgreSQL only reads its binaries, so links are as good as copies.
    const how = process.platform === 'linux' && /^\d/.test(name) ? '-al' : '-a';
    const { status, stderr } = spawnSync('cp', [
      how,
      join(source, 'postgres', name),
      join(target, 'postgres', name),
    ]);
    if (status !== 0) throw new Error(stderr.toString());
  }
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
}

export function start(dataDir: string, lines: LogLine[] = []): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDir,
    log: (level, message) => void lines.push({ level, message }),
    unsafeFast: true,
  });
}

/** First column of the first row. */
export async function queryValue(url: string, text: string): Promise<unknown> {
  const client = await connect(url);
  try {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

/** A session whose end by the server's side is no error of the test. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

interface ServerProcess {
  readonly pid: number;
  /** Settles with the first line: what `startEmbeddedPostgres` returned, or the message of its error. */
  readonly answer: Promise<{ url?: string; postgresPid?: number; error?: string }>;
  /** KILL, and wait until it has gone. */
  kill(): Promise<void>;
}

/** A process that starts the embedded PostgreSQL and then does nothing, as a server would. */
export function spawnServer(
  t: TestContext,
  dataDir: string,
  identity: { uid?: number; gid?: number } = {},
): ServerProcess {
  const entry = new URL('./embedded-postgres.ts', import.meta.url).href;
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(entry)};
    try {
      const db = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: () => undefined, unsafeFast: true });
      console.log(JSON.stringify({ url: db.url, postgresPid: db.pid }));
      setInterval(() => undefined, 1000);
    } catch (error) {
      console.log(JSON.stringify({ error: error.message }));
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    ...identity,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const answer = once(createInterface(child.stdout), 'line').then(
    ([line]: string[]) => JSON.parse(line ?? '') as Awaited<ServerProcess['answer']>,
  );
  // Whoever does not ask for the answer does not care that a killed server gave none.
  answer.catch(() => undefined);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  t.after(kill);
  return { pid: child.pid as number, answer, kill };
}

export async function readStatus(pid: number): Promise<Record<string, string>> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Object.fromEntries(text.split('\n').map((line) => line.split(':\t') as [string, string]));
}

/** Polls a condition that nothing announces; fails after ten seconds. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let count = 0; count < 5000; count++) {
    if (await condition()) return;
    await sleep(2);
  }
  throw new Error(`not within 10 s: ${what}`);
}

export async function listNames(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
