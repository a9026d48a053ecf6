import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ConfigError } from './kernel/config/settings.ts';
import type { VastConfig } from './kernel/config/vast.ts';
import type { Logger } from './kernel/log.ts';

export interface RunningSimulator extends AsyncDisposable {
  /** The account that it gives. */
  readonly vast: VastConfig;
}

const startMs = 30_000;

/**
 * Starts the simulated cloud as a program of its own, so that a new installation has machines to try. It ends with
 * this process, however that ends, and goes on where it was with the next one. Throws `ConfigError` when it does not
 * come up.
 */
export const startSimulator = async (deps: {
  readonly checkout: string;
  readonly dataDir: string;
  readonly port: number;
  /** Where its machines find their programs. */
  readonly searchPath: string;
  readonly log: Logger;
}): Promise<RunningSimulator> => {
  const folder = join(deps.dataDir, 'simulator');
  const program = join(deps.checkout, 'packages/simulator/bin/simulator.ts');
  const child = spawn(
    process.execPath,
    [program, '--port', String(deps.port), '--data', folder, '--until-stdin-ends'],
    { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: deps.searchPath } },
  );
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    complaints.push(line);
    if (complaints.length > 20) complaints.shift();
    deps.log.info({ line }, 'the simulated cloud says');
  });
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  const fail = (): void =>
    reject(
      new ConfigError(`The simulated cloud did not start: ${complaints.join(' ') || 'it said nothing'}`),
    );
  createInterface({ input: child.stdout }).on('line', (line) => {
    const found = /^VAST_URL=(\S+)$/.exec(line);
    if (found?.[1] !== undefined) resolve(found[1]);
  });
  child.once('exit', fail);
  child.once('error', fail);
  const late = setTimeout(fail, startMs);
  try {
    return {
      vast: { url: await url, apiKey: (await readFile(join(folder, 'api-key'), 'utf8')).trim() },
      [Symbol.asyncDispose]: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.stdin.end();
        child.kill('SIGTERM');
        await once(child, 'exit');
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(late);
  }
};
