import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestDatabase } from '../../../test/database.ts';
import { waitFor } from '../../../test/wait.ts';
import { createTestFolder, random } from './snapshots-test-kit.ts';
import { openModule, type WorkerSettings } from './worker-killed.fixture.ts';

const startWorker = async (settings: WorkerSettings): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker-killed.fixture.ts'), 'work'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(settings));
  await once(child.stdout, 'data');
  return child;
};

const kill = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

test('a server is killed in the middle of a backup: the next one finishes the same snapshot', async () => {
  await using database = await createTestDatabase();
  await using folder = await createTestFolder();
  const projectId = random.id();
  await database.pool.query(
    `INSERT INTO app.projects (id, name, description, created_at) VALUES ($1, 'test', '', now())`,
    [projectId],
  );
  const machine = { id: random.id(), name: 'box', projectId, ownerId: null, epoch: 1 };
  const settings = { databaseUrl: database.url, folder: folder.path, machine };
  // Compressed as hard as can be, it takes a while.
  const words = Buffer.from(Array.from({ length: 40_000_000 }, (_, at) => 97 + ((at * at * 7) % 26)));
  await folder.write({ 'work/large.txt': words });
  await using module = await openModule(settings);
  const asked = await module.api.create(machine, { kind: 'hibernate', paths: [join(folder.path, 'work')] });

  const first = await startWorker(settings);
  const repository = join(folder.path, 'repositories', machine.id);
  await waitFor('the backup to be under way', async () => {
    const locks = await readdir(join(repository, 'locks')).catch(() => []);
    return locks.length > 0;
  });
  await kill(first);
  const second = await startWorker(settings);
  try {
    const made = await module.api.waitFor(asked.id, AbortSignal.timeout(50_000));
    assert.deepEqual([made.state, made.error_message, made.attempts], ['verified', null, 2]);
    assert.equal((await readdir(join(repository, 'snapshots'))).length, 1);
  } finally {
    await kill(second);
  }
});
