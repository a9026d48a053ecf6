import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCache } from './compile-cache.ts';

const main = fileURLToPath(new URL('../../simulator/bin/simulator.ts', import.meta.url));

export interface TestCloud extends AsyncDisposable {
  /** Settings of a server that rents here. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The simulated provider in a process of its own, good machines only and without its intervals between calls. */
export const startTestCloud = async (options: {
  bodies: 'virtual' | 'process';
  /** Hosts of the market. */
  machines?: number;
  /** Seconds there in one here: machines boot sooner. */
  speed?: number;
}): Promise<TestCloud> => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-cli-cloud-'));
  const apiKey = randomBytes(16).toString('hex');
  const argv = ['--port', '0', '--data', folder, '--bodies', options.bodies, '--bad', '0', '--no-limits'];
  if (options.machines !== undefined) argv.push('--machines', String(options.machines));
  if (options.speed !== undefined) argv.push('--speed', String(options.speed));
  const child = spawn(process.execPath, [main, ...argv], {
    env: { PATH: process.env['PATH'], HOME: folder, ...compileCache, DUMONT_SIMULATOR_API_KEY: apiKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.once('exit', () => child.kill('SIGTERM'));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    const onData = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      const found = /VAST_URL=(\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('exit', (code) => reject(new Error(`the simulator ended with ${code}:\n${output}`)));
  });
  return {
    environment: { VAST_URL: url, VAST_API_KEY: apiKey },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
};
