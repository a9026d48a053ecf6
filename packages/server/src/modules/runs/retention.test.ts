import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { createTestDatabase } from '../../../test/database.ts';
import { waitFor } from '../../../test/wait.ts';
import { createFolderBlobs } from '../../kernel/blobs/folder-blobs.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createLogger } from '../../kernel/log.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { startRetention } from './retention-store.ts';

it('a run that is too old goes with a log of any length; one that is not, and one at work, stay', async (t) => {
  await using database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'dumont-retention-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const random = createSystemRandom(systemClock);
  const projectId = random.id();
  await database.pool.query(
    `INSERT INTO projects (id, name, description, created_at) VALUES ($1, 'old', '', now())`,
    [projectId],
  );
  const insert = async (state: string, finished: string | null, lines: number): Promise<string> => {
    const id = random.id();
    await database.pool.query(
      `INSERT INTO runs (id, project_id, kind, subject, params, state, executor, requirements, priority, parts,
         max_attempts, retry_on, retry_backoff_seconds, queued_at, due_at, finished_at)
       VALUES ($1, $2, 'command', 's', '{}', $3, 'local', '{}', 0, '[]', 1, '{}', 0, now() - interval '90 d',
         now() - interval '90 d', now() - $4::interval)`,
      [id, projectId, state, finished],
    );
    await database.pool.query(
      `INSERT INTO run_logs (run_id, seq, ts, level, source, message) SELECT $1, n, now(), 1, 0, '' FROM generate_series(1, $2::int) n`,
      [id, lines],
    );
    return id;
  };
  const old = await insert('succeeded', '31 d', 120_001);
  const young = await insert('failed', '29 d', 3);
  const working = await insert('running', null, 3);
  // As a database that is a hundred times slower, or a log that is a hundred times longer, would meet it.
  await database.pool.query(`CREATE FUNCTION app.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (SELECT count(*) FROM gone) > 60000 THEN RAISE 'canceling statement due to statement timeout'; END IF;
      RETURN NULL;
    END $$`);
  await database.pool.query(
    `CREATE TRIGGER too_much AFTER DELETE ON run_logs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION app.refuse()`,
  );
  await using _ = startRetention({
    db: database.db,
    blobs: createFolderBlobs(folder),
    clock: systemClock,
    log: createLogger('silent'),
    retentionDays: 30,
  });
  await waitFor('the old run to go', async () => {
    const { rows } = await database.pool.query('SELECT 1 FROM runs WHERE id = $1', [old]);
    return rows.length === 0;
  });
  const { rows } = await database.pool.query<{ run_id: string; count: number }>(
    'SELECT run_id, count(*)::int AS count FROM run_logs GROUP BY 1',
  );
  assert.deepEqual(
    new Map(rows.map((row) => [row.run_id, row.count])),
    new Map([
      [young, 3],
      [working, 3],
    ]),
  );
});
