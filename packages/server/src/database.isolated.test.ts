import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { waitFor } from '../test/wait.ts';
import { openDatabase } from './database.ts';
import { systemClock } from './kernel/clock.ts';
import { createLogger } from './kernel/log.ts';

it('a server that is told to stop while its database comes back stops, and leaves none behind', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'dumont-database-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const silent = createLogger('silent');
  const restarting = Promise.withResolvers<void>();
  const log = Object.assign(Object.create(silent) as typeof silent, {
    error: (_fields: object, message: string) => {
      if (message.includes('starting it again')) restarting.resolve();
    },
  });
  const database = await openDatabase({ databaseUrl: undefined, dataDir }, { clock: systemClock, log });
  const pidFile = join(dataDir, 'postgres/cluster/data/postmaster.pid');
  const pidOf = async (): Promise<number> => Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
  const first = await pidOf();
  process.kill(first, 'SIGKILL');
  await restarting.promise;
  const second = await waitFor('the next one to start', async () => {
    const pid = await pidOf().catch(() => first);
    return pid !== first && pid;
  });
  await database[Symbol.asyncDispose]();
  assert.throws(() => process.kill(second, 0), { code: 'ESRCH' });
});
