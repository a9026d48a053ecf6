import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { program } from './program.ts';

/**
 * Asks at a pace, over connections that each have one request at a time. Answers the milliseconds that each answer
 * took, from when its request was sent. Throws when one answer is no 2xx.
 */
export const runH2load = async (
  url: string,
  options: {
    readonly connections: number;
    readonly seconds: number;
    /** Of all connections together. */
    readonly requestsPerSecond: number;
    readonly token?: string;
  },
): Promise<readonly number[]> => {
  const { connections, seconds, requestsPerSecond, token } = options;
  const folder = await mkdtemp(join(tmpdir(), 'h2load-'));
  const log = join(folder, 'log');
  try {
    await promisify(execFile)(program('h2load', 'nghttp2-client'), [
      '--h1',
      '--threads=1',
      `--clients=${connections}`,
      `--duration=${seconds}`,
      `--rps=${(requestsPerSecond / connections).toFixed(1)}`,
      `--log-file=${log}`,
      ...(token === undefined ? [] : ['--header', `authorization: Bearer ${token}`]),
      url,
    ]);
    // Columns: microseconds since 1970 at its start, status, microseconds that it took.
    const rows = (await readFile(log, 'utf8')).trimEnd().split('\n');
    return rows.map((row) => {
      const [, status, microseconds] = row.split('\t').map(Number);
      if (status === undefined || status < 200 || status > 299) throw new Error(`not an answer: ${row}`);
      return (microseconds ?? Number.NaN) / 1000;
    });
  } finally {
    await rm(folder, { recursive: true });
  }
};
