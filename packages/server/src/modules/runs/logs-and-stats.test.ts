import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { systemScope } from '../../kernel/access/caller.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { createLogStore } from './log-store.ts';
import { readStats } from './stats-store.ts';

const random = createSystemRandom(systemClock);

describe('what is read of runs', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database[Symbol.asyncDispose]());

  /** Every tenth line is an error of system B. */
  const logOf = async (lines: number): Promise<string> => {
    const runId = random.id();
    await database.pool.query(
      `INSERT INTO run_logs (run_id, seq, ts, level, source, system, message)
       SELECT $1, n, '2026-03-02T12:00:00Z', CASE WHEN n % 10 = 0 THEN 4 ELSE 1 END, 0,
         CASE WHEN n % 10 = 0 THEN 'B' ELSE 'A' END, 'line ' || n || '%' FROM generate_series(1, $2::int) n`,
      [runId, lines],
    );
    return runId;
  };
  const seqs = (page: { lines: readonly { seq: number }[] }): number[] => page.lines.map(({ seq }) => seq);

  it('a log is read on, back and from its end, without a gap at the edges', async () => {
    const logs = createLogStore(database.db);
    const id = await logOf(25);
    assert.deepEqual(seqs(await logs.read(id, { after: 20, limit: 3 })), [21, 22, 23]);
    assert.deepEqual(seqs(await logs.read(id, { after: 23, limit: 3 })), [24, 25]);
    assert.deepEqual(seqs(await logs.read(id, { after: 25, limit: 3 })), []);
    assert.deepEqual(seqs(await logs.read(id, { before: 4, limit: 2 })), [2, 3]);
    assert.deepEqual(seqs(await logs.read(id, { limit: 2 })), [24, 25]);
    assert.equal((await logs.read(random.id(), { after: 7, limit: 2 })).scannedTo, 7);
  });

  it('a filtered page says how far it looked, and reading on from there finds every hit once', async () => {
    const logs = createLogStore(database.db);
    const id = await logOf(45_000);
    const hits: number[] = [];
    let pages = 0;
    for (let at = 0; ;) {
      const page = await logs.read(id, { after: at, limit: 1000 }, { level: 'ERROR', system: 'B' });
      hits.push(...seqs(page));
      pages += 1;
      if (page.scannedTo <= at) break;
      at = page.scannedTo;
    }
    assert.deepEqual(
      hits,
      Array.from({ length: 4500 }, (_, index) => (index + 1) * 10),
    );
    assert.ok(pages < 100, 'each looks at many lines');
    const rare = await logs.read(id, { after: 0, limit: 10 }, { search: 'line 44999%' });
    assert.equal(rare.lines.length, 0);
    assert.ok(rare.scannedTo > 0 && rare.scannedTo < 44_999, 'it looks at a bounded number of lines');
    assert.deepEqual(seqs(await logs.read(id, { limit: 10 }, { search: '44999%' })), [44_999]);
    assert.deepEqual(
      seqs(await logs.read(id, { limit: 10 }, { search: '%%' })),
      [],
      'signs of LIKE are text',
    );
  });

  it('the figures count by the local day, and the success rate leaves out what did not end by itself', async () => {
    const projectId = random.id();
    await database.pool.query(
      `INSERT INTO projects (id, name, description, created_at) VALUES ($1, 'figures', '', now())`,
      [projectId],
    );
    const insert = (state: string, queuedAt: string, seconds: number | null, parts: readonly object[] = []) =>
      database.pool.query(
        `INSERT INTO runs (id, project_id, kind, subject, params, state, executor, requirements, priority, parts,
           max_attempts, retry_on, retry_backoff_seconds, queued_at, due_at, started_at, finished_at)
         VALUES ($1, $2, 'command', 's', '{}', $3, 'local', '{}', 0, $6, 1, '{}', 0, $4::timestamptz, $4::timestamptz,
           CASE WHEN $5::int IS NOT NULL THEN $4::timestamptz END, $4::timestamptz + make_interval(secs => $5::int))`,
        [random.id(), projectId, state, queuedAt, seconds, JSON.stringify(parts)],
      );
    // 02:30 in UTC is the evening before in São Paulo.
    await insert('succeeded', '2026-03-03T02:30:00Z', 10);
    await insert('succeeded', '2026-03-03T12:00:00Z', 20);
    await insert('timed_out', '2026-03-03T12:00:00Z', 30);
    await insert('cancelled', '2026-03-03T12:00:00Z', null);
    await insert('queued', '2026-03-03T12:00:00Z', null);
    await insert('succeeded', '2026-02-01T12:00:00Z', 1000);
    // Asked for yesterday, and still at it.
    await insert('running', '2026-03-02T12:00:00Z', null);
    await insert('starting', '2026-01-02T12:00:00Z', null);
    const stats = await readStats(database.db, systemScope, {
      projectId,
      timeZone: 'America/Sao_Paulo',
      now: new Date('2026-03-03T15:00:00Z'),
    });
    assert.equal(stats.date, '2026-03-03');
    const { total, succeeded, failed, cancelled, active, successRate } = stats.today;
    assert.deepEqual(
      { total, succeeded, failed, cancelled, active, successRate },
      { total: 4, succeeded: 1, failed: 1, cancelled: 1, active: 3, successRate: 0.5 },
    );
    assert.equal(stats.perDay.length, 30);
    assert.deepEqual(stats.perDay.at(-2), {
      date: '2026-03-02',
      total: 2,
      succeeded: 1,
      failed: 0,
      cancelled: 0,
    });
    assert.equal(stats.duration.meanSeconds, 20);
    assert.equal(stats.duration.p95Seconds, 29);
  });

  it('a system has the times of runs that were of it alone, and the failures of those that never came to it', async () => {
    const projectId = random.id();
    await database.pool.query(
      `INSERT INTO projects (id, name, description, created_at) VALUES ($1, 'systems', '', now())`,
      [projectId],
    );
    const insert = (state: string, seconds: number, parts: Readonly<Record<string, string>>) =>
      database.pool.query(
        `INSERT INTO runs (id, project_id, kind, subject, params, state, executor, requirements, priority, parts,
           max_attempts, retry_on, retry_backoff_seconds, queued_at, due_at, started_at, finished_at)
         SELECT $1, $2, 'pipeline', 's', '{}', $3, 'local', '{}', 0, $4, 1, '{}', 0, at, at, at, at + make_interval(secs => $5)
         FROM (SELECT '2026-03-03T12:00:00Z'::timestamptz AS at) AS noon`,
        [
          random.id(),
          projectId,
          state,
          JSON.stringify(Object.entries(parts).map(([name, partState]) => ({ name, state: partState }))),
          seconds,
        ],
      );
    await insert('succeeded', 10, { a: 'succeeded' });
    await insert('succeeded', 3600, { a: 'succeeded', b: 'succeeded' });
    await insert('failed', 2, { c: 'waiting' });
    await insert('failed', 2, { c: 'failed', b: 'waiting' });
    const { perSystem } = await readStats(database.db, systemScope, {
      projectId,
      timeZone: 'America/Sao_Paulo',
      now: new Date('2026-03-03T15:00:00Z'),
    });
    assert.deepEqual(
      perSystem.map(({ name, total, succeeded, failed, meanSeconds }) => [
        name,
        total,
        succeeded,
        failed,
        meanSeconds,
      ]),
      [
        ['a', 2, 2, 0, 10],
        ['b', 2, 1, 0, null],
        ['c', 2, 0, 2, 2],
      ],
    );
  });
});
