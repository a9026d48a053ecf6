import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import type { JsonObject } from '@dumont/contracts/primitives';
import { finalStates, type Run } from '@dumont/contracts/runs/runs';
import { createMovedClock } from '../../../test/moved-clock.ts';
import { createRunsBed, type RunsBed } from '../../../test/runs-bed.ts';
import { waitFor } from '../../../test/wait.ts';
import { scopeOf } from '../../kernel/access/caller.ts';
import { PreparationError, type RunKind } from './run-kind.ts';
import { claimRuns, requestCancel } from './run-store.ts';

/** A pipeline whose rules the parameters say. */
const kind: RunKind = {
  kind: 'pipeline',
  plan: async ({ subject, params }) => {
    const rules = params as { limit?: number; retryOn?: string[]; backoff?: number; attempts?: number };
    return {
      subject,
      params,
      timeoutSeconds: null,
      maxAttempts: rules.attempts ?? 1,
      retryBackoffSeconds: rules.backoff ?? 0,
      retryOn: rules.retryOn ?? [],
      concurrency: rules.limit === undefined ? null : { key: subject, limit: rules.limit },
      parts: [{ name: 'a', label: 'A' }],
    };
  },
  prepare: async ({ params }) => {
    if (params['broken'] === true) throw new PreparationError('broken', 'It is broken.');
    if (params['odd'] === true) throw new TypeError('nobody expected this');
    return {
      command: ['sh', '-c', params['script'] as string],
      environment: {},
      files: [],
      mounts: [],
      limits: {},
      secrets: [],
    };
  },
};

describe('the queue of runs, worked off by two replicas', () => {
  let one: RunsBed;
  let other: RunsBed;
  before(async () => {
    one = await createRunsBed({ worker: false });
    other = await createRunsBed({ database: one.database, projectId: one.projectId, worker: false });
    for (const bed of [one, other]) bed.runs.api.registerKind(kind);
    for (const bed of [one, other]) bed.runs.startWorker();
  });
  after(async () => {
    await other[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
  });

  const start = (script: string, rules: JsonObject = {}, subject = 'p') =>
    one.runs.api.startRun(one.caller, { kind: 'pipeline', subject, params: { script, ...rules } });
  const current = async (run: Run): Promise<Run> => {
    const found = await one.runs.api.findRunByNumber(scopeOf(one.caller, 'runs:read'), run.number);
    assert.ok(found);
    return found;
  };
  const until = (run: Run, what: string, isSo: (run: Run) => boolean): Promise<Run> =>
    waitFor(`run ${run.number}: ${what}`, async () => {
      const found = await current(run);
      return isSo(found) && found;
    });
  const ended = (run: Run) => until(run, 'to end', ({ state }) => finalStates.includes(state));
  /** As if its worker had died: the lease has run out, and nobody renews it. */
  const loseWorker = (run: Run) =>
    one.database.pool.query(
      `UPDATE runs SET lease_token = gen_random_uuid(), lease_expires_at = now() - interval '1 s' WHERE id = $1`,
      [run.id],
    );

  it('never has more runs of a key at work than its limit', async () => {
    const runs = await Promise.all(
      Array.from({ length: 9 }, () => start('sleep 0.15', { limit: 2 }, 'limited')),
    );
    let isOver = false;
    let most = 0;
    const watching = (async () => {
      while (!isOver) {
        const { rows } = await one.database.pool.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM runs WHERE subject = 'limited' AND state IN ('starting', 'running')`,
        );
        most = Math.max(most, rows[0]?.count ?? 0);
      }
    })();
    const done = await Promise.all(runs.map(ended));
    isOver = true;
    await watching;
    assert.ok(done.every((run) => run.state === 'succeeded'));
    assert.equal(most, 2);
  });

  it('tries again only after a failure that is named, goes on counting lines, and says which attempt it is', async () => {
    const script = 'echo "try $DUMONT_ATTEMPT"; test $DUMONT_ATTEMPT = 3 || exit 75';
    const again = await ended(await start(script, { retryOn: ['exit_75'], attempts: 5 }));
    assert.deepEqual([again.state, again.attempt], ['succeeded', 3]);
    const lines = await one.runs.api.readLog(again.id, 0, 100);
    assert.deepEqual(
      lines.map((line) => line.seq),
      lines.map((_, index) => index + 1),
    );
    assert.deepEqual(
      lines.filter((line) => line.source === 'stdout').map((line) => line.message),
      ['try 1', 'try 2', 'try 3'],
    );
    const once = await ended(await start('exit 74', { retryOn: ['exit_75'], attempts: 5 }));
    assert.deepEqual([once.state, once.attempt], ['failed', 1]);
  });

  it('files are those of the last attempt: nothing of an earlier one stands beside them', async () => {
    const script =
      'cd $DUMONT_OUTPUT; test $DUMONT_ATTEMPT = 2 || { echo old > a; echo old > b; echo old > c; exit 75; }; echo new > b';
    const run = await ended(await start(script, { retryOn: ['exit_75'], attempts: 2 }));
    assert.deepEqual([run.state, run.attempt], ['succeeded', 2]);
    const { rows } = await one.database.pool.query<{ name: string; attempt: number }>(
      'SELECT name, attempt FROM run_artifacts WHERE run_id = $1',
      [run.id],
    );
    assert.deepEqual(rows, [{ name: 'b', attempt: 2 }]);

    const silent = await ended(
      await start('cd $DUMONT_OUTPUT; test $DUMONT_ATTEMPT = 1 && echo old > a; kill -9 $$', {
        retryOn: ['signal_SIGKILL'],
        attempts: 2,
      }),
    );
    assert.deepEqual([silent.state, silent.attempt], ['failed', 2]);
    const left = await one.database.pool.query('SELECT 1 FROM run_artifacts WHERE run_id = $1', [silent.id]);
    assert.equal(left.rows.length, 0, 'the last attempt made none');
  });

  it('a run that was asked to end is not tried again, even where it failed by itself in the same moment', async () => {
    const run = await start('sleep 0.3; exit 75', { retryOn: ['exit_75'], attempts: 2, backoff: 3600 });
    await until(run, 'to run', ({ state }) => state === 'running');
    // The message to its worker is lost; only the row knows.
    await one.database.pool.query('UPDATE runs SET cancel_requested_at = now() WHERE id = $1', [run.id]);
    const done = await ended(run);
    assert.deepEqual([done.state, done.attempt], ['cancelled', 1]);
  });

  it('a cancel that comes while the run is being claimed wins', async () => {
    const run = await start('true', { limit: 0 }, 'held back');
    await one.database.pool.query(
      "UPDATE runs SET concurrency_key = NULL, due_at = now() + interval '1 h' WHERE id = $1",
      [run.id],
    );
    const inAnHour = new Date(Date.now() + 3_700_000);
    const lease = { token: one.caller.userId, now: inAnHour, forMs: 10_000, held: [] };
    const claimed = await one.database.db.transaction().execute(async (cancelling) => {
      await requestCancel(cancelling, run.id, new Date());
      const claiming = one.database.db
        .transaction()
        .execute((tx) => claimRuns(tx, lease, { executors: ['local'], waiting: 1, lost: 0 }));
      await waitFor('the claim to wait for the row', async () => {
        const { rows } = await one.database.pool.query(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%row_number%'`,
        );
        return rows.length > 0;
      });
      return { claiming };
    });
    assert.deepEqual(await claimed.claiming, []);
    assert.equal((await current(run)).state, 'cancelled');
  });

  it('a run whose worker died goes back to the queue where it may be repeated, and ends otherwise', async () => {
    const script = 'test $DUMONT_ATTEMPT = 2 || sleep 600';
    const repeatable = await start(script, { retryOn: ['worker_lost'], attempts: 2 });
    const single = await start('sleep 600');
    for (const run of [repeatable, single]) {
      await until(run, 'to run', ({ state }) => state === 'running');
      await loseWorker(run);
    }
    const [again, lost] = await Promise.all([ended(repeatable), ended(single)]);
    assert.deepEqual([again.state, again.attempt], ['succeeded', 2]);
    assert.equal(lost.error?.code, 'worker_lost');
  });

  it('a replica whose clock is ahead takes no run from those that are at work on it', async () => {
    const run = await start('sleep 3');
    await until(run, 'to run', ({ state }) => state === 'running');
    const clock = createMovedClock();
    clock.move(60_000);
    await using ahead = await createRunsBed({
      database: one.database,
      projectId: one.projectId,
      worker: false,
      clock,
    });
    ahead.runs.api.registerKind(kind);
    ahead.runs.startWorker();
    const done = await ended(run);
    assert.deepEqual([done.state, done.error], ['succeeded', null]);
  });

  it('a lost run ends even where nobody can say any more what it would need', async () => {
    const broken: Run[] = [];
    for (const rule of ['broken', 'odd']) {
      const run = await start('sleep 600');
      await until(run, 'to run', ({ state }) => state === 'running');
      await one.database.pool.query('UPDATE runs SET params = params || $2 WHERE id = $1', [
        run.id,
        { [rule]: true },
      ]);
      await loseWorker(run);
      broken.push(run);
    }
    for (const run of broken) assert.equal((await ended(run)).error?.code, 'worker_lost');
  });

  it('a lost run of an executor that nobody here has is left to who has it', async () => {
    const run = await start('true', { limit: 0 }, 'elsewhere');
    await one.database.pool.query(
      `UPDATE runs SET executor = 'slurm', state = 'running', lease_expires_at = now() - interval '1 h' WHERE id = $1`,
      [run.id],
    );
    const next = await ended(await start('true'));
    assert.equal(next.state, 'succeeded');
    const { rows } = await one.database.pool.query('SELECT lease_token FROM runs WHERE id = $1', [run.id]);
    assert.deepEqual(rows, [{ lease_token: null }]);
  });

  it('what ended in time has not timed out, however long its log takes to store', async () => {
    const run = await one.runs.api.startRun(one.caller, {
      kind: 'pipeline',
      subject: 'p',
      params: { script: 'sleep 0.4; echo done' },
      timeoutSeconds: 1,
    });
    await until(run, 'to run', ({ state }) => state === 'running');
    await one.database.db.transaction().execute(async (tx) => {
      await sql`select 1 from runs where id = ${run.id} for update`.execute(tx);
      // Longer than its time: nothing of it can be stored meanwhile.
      await sql`select pg_sleep(1.3)`.execute(tx);
    });
    const done = await ended(run);
    assert.deepEqual([done.state, done.logLines], ['succeeded', 1]);
  });

  it('a flood of lines shorter than any buffer is stored whole', async () => {
    const done = await ended(await start('seq 1 200000'));
    assert.deepEqual([done.state, done.logLines], ['succeeded', 200_000]);
  });

  it('what follows a line of megabytes is stored, however late its log is read', async () => {
    const script = String.raw`sleep 0.3; echo first; head -c 9000000 /dev/zero | tr '\0' x; echo; echo 'the end'`;
    const run = await start(script);
    await until(run, 'to run', ({ state }) => state === 'running');
    await one.database.db.transaction().execute(async (tx) => {
      await sql`select 1 from runs where id = ${run.id} for update`.execute(tx);
      // All of it is written meanwhile, and nothing can be stored.
      await sql`select pg_sleep(1)`.execute(tx);
    });
    const done = await ended(run);
    const lines = await one.runs.api.readLog(done.id, 0, 10);
    assert.deepEqual([done.logLines, lines.at(-1)?.message], [3, 'the end']);
  });

  it('a key with more waiting runs than are looked at does not keep free places from the others', async () => {
    const first = await start('true', { limit: 0 }, 'held back');
    await one.database.pool.query(
      `INSERT INTO runs (id, project_id, kind, subject, params, state, executor, requirements, priority, concurrency_key,
         concurrency_limit, parts, max_attempts, retry_on, retry_backoff_seconds, queued_at, due_at)
       SELECT gen_random_uuid(), project_id, kind, subject, params, 'queued', 'slurm', requirements, priority,
         CASE WHEN n <= 2100 THEN 'crowd ' || n / 1051 ELSE 'alone' END, 1, parts, 1, '{}', 0, queued_at, queued_at
       FROM runs, generate_series(1, 2101) n WHERE id = $1 ORDER BY n`,
      [first.id],
    );
    const now = new Date();
    const lease = { token: one.caller.userId, now, forMs: 10_000, held: [] };
    const claimed = await one.database.db
      .transaction()
      .execute((tx) => claimRuns(tx, lease, { executors: ['slurm'], waiting: 8, lost: 0 }));
    await one.database.pool.query("DELETE FROM runs WHERE executor = 'slurm'");
    assert.deepEqual(
      claimed.map((run) => run.concurrency_key),
      ['crowd 0', 'crowd 1', 'alone'],
    );
  });

  it('a flood of empty lines is stored in batches that leave time for everything else', async () => {
    const run = await start('yes "" | head -c 300000');
    const batches = new Map<string, number>();
    const stop = one.runs.api.onLogLines(({ id }, { length }) =>
      batches.set(id, Math.max(batches.get(id) ?? 0, length)),
    );
    const stopOther = other.runs.api.onLogLines(({ id }, { length }) =>
      batches.set(id, Math.max(batches.get(id) ?? 0, length)),
    );
    const done = await ended(run);
    stop();
    stopOther();
    assert.deepEqual([done.state, done.logLines], ['succeeded', 300_000]);
    assert.ok((batches.get(run.id) ?? 0) <= 50_000, `${batches.get(run.id)} lines at once`);
  });

  it('a message that is cut inside a character does not keep a run from its end', async () => {
    const run = await ended(await start(`printf '[INFO] [A] %0299d😀\\n' 0`));
    assert.equal(run.state, 'succeeded');
  });
});
