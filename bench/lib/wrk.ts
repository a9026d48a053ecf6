import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { program } from './program.ts';

/**
 * Asks as fast as it is answered. A load of our own takes a hundred times the processor time, which on a host that
 * both share would be what is measured. Throws when one answer is no 2xx, or a connection fails.
 */
export const runWrk = async (
  url: string,
  options: { readonly connections: number; readonly seconds: number; readonly token?: string },
): Promise<{ readonly perSecond: number; readonly requests: number }> => {
  const { connections, seconds, token } = options;
  const headers = token === undefined ? [] : ['-H', `authorization: Bearer ${token}`];
  const { stdout } = await promisify(execFile)(program('wrk'), [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    ...headers,
    url,
  ]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  const figure = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1]);
  return { perSecond: figure(/Requests\/sec:\s+([\d.]+)/), requests: figure(/(\d+) requests in/) };
};
