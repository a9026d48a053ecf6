import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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

/** Starts one with a market of its own; its machines are only said to run. */
export const startSimulator = async (): Promise<Simulator> => {
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
