import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runAgent } from './agent.ts';
import type { Clock } from './clock.ts';
import { runCommand } from './command.ts';
import { readSettings, type Settings } from './config.ts';
import { createDeadMan } from './dead-man.ts';
import { readGpus } from './gpus.ts';
import { describeSelf, takeLock } from './lock.ts';
import { createPoster } from './post.ts';
import { createReader } from './reading.ts';
import { hasRuns } from './runs.ts';
import { readTerminals, writeToTerminals } from './terminals.ts';

/** `agent.mjs [folder]`: where its configuration, its lock and the folders of runs are; beside it unless given. */
const program = process.argv[1] ?? '';
const folder = process.argv[2] ?? dirname(program);

const log = (message: string): void => console.log(`${new Date().toISOString()} ${message}`);

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
// The session that started us may end.
process.on('SIGHUP', () => undefined);

const clock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
};

const askToStop = async ({
  method,
  url,
  authorization,
  body,
}: {
  method: string;
  url: string;
  authorization: string;
  body: string;
}): Promise<boolean> => {
  const response = await fetch(url, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === '' ? {} : { body }),
    signal: AbortSignal.timeout(60_000),
  }).catch(() => undefined);
  return response?.ok === true;
};

const hashOf = async (settings: Settings): Promise<string> =>
  createHash('sha256')
    .update(settings.hash)
    .update(await readFile(program))
    .digest('hex');
const hashNow = async (): Promise<string> => hashOf(await readSettings(folder));

const main = async (): Promise<void> => {
  const settings = await readSettings(folder);
  const config = settings.agent;
  const self = await describeSelf(await hashOf(settings));
  await using lock = await takeLock(join(folder, 'agent.lock'), self, { clock, hashNow }, stop.signal);
  if (lock === undefined) {
    log('an agent runs already');
    return;
  }
  log(`agent of machine ${config.instance_id}, epoch ${config.epoch}`);
  using poster = createPoster();
  const deadMan = createDeadMan({
    config: settings.deadMan,
    elapsedMs: clock.elapsedMs,
    hasRun: () => hasRuns(join(folder, 'runs')),
    run: runCommand,
    stop: askToStop,
    log,
  });
  await runAgent(
    {
      config,
      clock,
      random: Math.random,
      cores: availableParallelism(),
      uptimeSeconds: uptime,
      read: createReader({ clock, ownTrafficBytes: poster.trafficBytes }),
      readGpus,
      readTerminals: () => readTerminals(),
      warn: writeToTerminals,
      post: poster.post,
      isOurs: () => lock.isOurs(),
      deadMan,
      log,
    },
    stop.signal,
  );
};

try {
  await main();
} catch (error) {
  log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
