import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openProcessBodies } from '@dumont/simulator/machines';
import { startVast } from '@dumont/simulator/vast';

/** A cloud of machines that speaks the API of Vast. */
export interface Simulator extends AsyncDisposable {
  readonly url: string;
  readonly apiKey: string;
}

const clock = {
  now: () => new Date(),
  sleep: (ms: number, signal?: AbortSignal) =>
    delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

/** How many seconds pass there in one here: machines boot sooner. */
const speed = 20;

/**
 * Starts one with a market of its own. Machines are only said to run (`virtual`), or do, with an SSH server and a
 * folder of their own (`process`), where `findObstacle` finds none.
 */
export const startSimulator = async (bodies: 'virtual' | 'process'): Promise<Simulator> => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'dumont-e2e-cloud-'));
  const apiKey = 'account-key-0123456789abcdef';
  const vast = await startVast({
    port: 0,
    dataFolder,
    seed: 1,
    market: { machines: 60, badShare: 0 },
    accounts: [{ username: 'dumont', apiKey }],
    clock,
    hasLimits: false,
    ...(bodies === 'virtual'
      ? {}
      : {
          speed,
          openBodies: (cloud) =>
            openProcessBodies({
              cloud,
              folder: dataFolder,
              clock,
              speed,
              onError: (id, error) =>
                void process.stderr.write(
                  `machine ${id}: ${error instanceof Error ? error.stack : String(error)}\n`,
                ),
            }),
        }),
  });
  return {
    url: vast.url,
    apiKey,
    [Symbol.asyncDispose]: async () => {
      await vast[Symbol.asyncDispose]();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
};
