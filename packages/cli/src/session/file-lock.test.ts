import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createTestHost } from '../../test/run-in-process.ts';
import { withFileLock } from './file-lock.ts';

const folder = await mkdtemp(join(tmpdir(), 'dumont-cli-lock-'));
after(() => rm(folder, { recursive: true }));
const { clock } = createTestHost({}).host;

const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

test('only one holds the lock at a time', async () => {
  const path = join(folder, 'one.lock');
  let holders = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 10 }, () =>
      withFileLock(path, clock, async () => {
        holders += 1;
        most = Math.max(most, holders);
        await new Promise(setImmediate);
        holders -= 1;
      }),
    ),
  );
  assert.equal(most, 1);
});

test('a lock that a killed process left is taken over, by one at a time', async () => {
  const path = join(folder, 'dead.lock');
  await writeFile(path, `${deadPid()} gone\n`);
  let holders = 0;
  await Promise.all(
    Array.from({ length: 5 }, () =>
      withFileLock(path, clock, async () => {
        holders += 1;
        assert.equal(holders, 1);
        await new Promise(setImmediate);
        holders -= 1;
      }),
    ),
  );
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('dead')),
    [],
  );
});

test('a lock of a living process is waited for, until it is older than any work takes', async () => {
  const path = join(folder, 'alive.lock');
  await writeFile(path, `${process.pid} someone else\n`);
  let taken = false;
  const waiting = withFileLock(path, clock, async () => {
    taken = true;
  });
  await clock.sleep(100);
  assert.equal(taken, false);
  const longAgo = new Date(Date.now() - 10 * 60_000);
  await utimes(path, longAgo, longAgo);
  await waiting;
  assert.equal(taken, true);
});
