import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VastConfig } from '../kernel/config/vast.ts';
import type { Logger } from '../kernel/log.ts';
import { startProgram } from './program.ts';

export interface RunningSimulator extends AsyncDisposable {
  /** The account that it gives. */
  readonly vast: VastConfig;
}

/**
 * The simulated cloud, so that a new installation has machines to try. It goes on where it was with the next start.
 * Throws `ConfigError` when it does not come up.
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
  const program = await startProgram({
    name: 'The simulated cloud',
    file: join(deps.checkout, 'packages/simulator/bin/simulator.ts'),
    args: ['--port', String(deps.port), '--data', folder],
    environment: { PATH: deps.searchPath },
    ready: /^VAST_URL=(\S+)$/,
    log: deps.log,
  });
  return {
    vast: { url: program.said[1] ?? '', apiKey: (await readFile(join(folder, 'api-key'), 'utf8')).trim() },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
};
