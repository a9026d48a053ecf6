import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { createRunsBed, type RunsBed } from '../../../test/runs-bed.ts';
import { waitFor } from '../../../test/wait.ts';
import type { Run } from '@dumont/contracts/runs/runs';
import { finalStates } from '@dumont/contracts/runs/runs';
import { scopeOf } from '../../kernel/access/caller.ts';
import { createLogger } from '../../kernel/log.ts';
import { createLocalExecutor, type Executor } from './index.ts';

describe('runs', () => {
  let bed: RunsBed;
  before(async () => {
    bed = await createRunsBed();
  });
  after(() => bed[Symbol.asyncDispose]());

  const command = (...argv: string[]) =>
    bed.runs.api.startRun(bed.caller, { kind: 'command', subject: argv[0] ?? '', params: { command: argv } });
  const shell = (script: string) => command('sh', '-c', script);
  const current = async (run: Run): Promise<Run> => {
    const found = await bed.runs.api.findRunByNumber(scopeOf(bed.caller, 'runs:read'), run.number);
    assert.ok(found);
    return found;
  };
  const ended = (run: Run): Promise<Run> =>
    waitFor(`run ${run.number} to end`, async () => {
      const found = await current(run);
      return finalStates.includes(found.state) && found;
    });
  const inState = (run: Run, state: Run['state']): Promise<Run> =>
    waitFor(`run ${run.number} to be ${state}`, async () => {
      const found = await current(run);
      return found.state === state && found;
    });
  const messages = async (run: Run): Promise<string[]> =>
    (await bed.runs.api.readLog(run.id, 0, 5000)).map((line) => line.message);

  it('a command runs to success with its log, level and system by line', async () => {
    const run = await ended(
      await shell('echo hello; echo "[WARN] [DISK] nearly full" >&2; printf "no newline"'),
    );
    assert.equal(run.state, 'succeeded');
    assert.equal(run.exitCode, 0);
    const lines = await bed.runs.api.readLog(run.id, 0, 100);
    assert.deepEqual(
      new Set(lines.map((line) => line.message)),
      new Set(['hello', 'nearly full', 'no newline']),
    );
    const warning = lines.find((line) => line.level === 'WARN');
    assert.equal(warning?.system, 'DISK');
    assert.equal(warning?.source, 'stderr');
    assert.deepEqual(
      lines.map((line) => line.seq),
      [1, 2, 3],
    );
    assert.equal(run.logLines, 3);
  });

  it('a failing command keeps its exit code and says what it means', async () => {
    const run = await ended(await shell('exit 3'));
    assert.equal(run.state, 'failed');
    assert.equal(run.exitCode, 3);
    assert.equal(run.error?.code, 'exit_3');
    const missing = await ended(await command('no-such-program'));
    assert.equal(missing.error?.code, 'exit_127');
  });

  it('cancelling ends the whole tree of processes, and cancelling again does no harm', async () => {
    const run = await shell('(setsid sh -c "while :; do sleep 1; done" &) ; echo up; sleep 600');
    await waitFor('its first line', async () => (await messages(run)).includes('up'));
    await bed.runs.api.cancelRun(bed.caller, run.id);
    const done = await ended(run);
    assert.equal(done.state, 'cancelled');
    assert.equal((await bed.runs.api.cancelRun(bed.caller, run.id)).state, 'cancelled');
  });

  it('cancelling one run leaves the others alone', async () => {
    const [one, other] = [await shell('sleep 600'), await shell('sleep 1; echo done')];
    await inState(one, 'running');
    await bed.runs.api.cancelRun(bed.caller, one.id);
    assert.equal((await ended(one)).state, 'cancelled');
    assert.equal((await ended(other)).state, 'succeeded');
  });

  it('a run that exceeds its time ends as timed out, even when it ignores TERM', async () => {
    const run = await bed.runs.api.startRun(bed.caller, {
      kind: 'command',
      subject: 'sh',
      params: { command: ['sh', '-c', 'sleep 600'] },
      timeoutSeconds: 1,
    });
    const done = await ended(run);
    assert.equal(done.state, 'timed_out');
    assert.match(done.error?.message ?? '', /longer than the 1 s/);
  });

  it('more runs than places are queued, never refused and never lost', async () => {
    const runs = await Promise.all(Array.from({ length: 30 }, (_, index) => shell(`echo ${index}`)));
    assert.ok(runs.every((run) => run.number > 0));
    const done = await Promise.all(runs.map(ended));
    assert.ok(done.every((run) => run.state === 'succeeded'));
  });

  it('an Idempotency-Key makes one run, however often and however parallel it is used', async () => {
    const request = {
      kind: 'command' as const,
      subject: 'true',
      params: { command: ['true'] },
      idempotencyKey: 'morning',
    };
    const runs = await Promise.all(
      Array.from({ length: 5 }, () => bed.runs.api.startRun(bed.caller, request)),
    );
    assert.equal(new Set(runs.map((run) => run.id)).size, 1);
    await assert.rejects(bed.runs.api.startRun(bed.caller, { ...request, params: { command: ['false'] } }), {
      code: 'request.idempotency_mismatch',
    });
  });

  it('a run that was never started has no start, and no duration', async () => {
    const refused = await ended(await command('-x'));
    assert.equal(refused.error?.code, 'launch_refused');
    assert.equal(refused.startedAt, null);
    const begun = await ended(await command('false'));
    assert.ok(begun.startedAt !== null && begun.startedAt >= begun.queuedAt);
  });

  it('a log over its quota ends the run with the reason', async () => {
    await using small = await createRunsBed({ logQuota: { bytes: 200_000 } });
    const run = await small.runs.api.startRun(small.caller, {
      kind: 'command',
      subject: 'yes',
      params: { command: ['yes', 'x'.repeat(100)] },
    });
    const done = await waitFor('the end', async () => {
      const found = await small.runs.api.findRunByNumber(scopeOf(small.caller, 'runs:read'), run.number);
      return found !== undefined && finalStates.includes(found.state) && found;
    });
    assert.equal(done.error?.code, 'log_quota');
  });

  it('what it writes faster than it can be stored counts as well: the disk is not filled meanwhile', async () => {
    await using small = await createRunsBed({ logQuota: { bytes: 1_000_000 } });
    const script = String.raw`trap 'touch "$DUMONT_OUTPUT/asked"; exit 0' TERM
      sleep 0.3; echo first; yes ${'x'.repeat(99)} | head -c 3000000; while :; do sleep 0.02; done`;
    const run = await small.runs.api.startRun(small.caller, {
      kind: 'command',
      subject: 'sh',
      params: { command: ['sh', '-c', script] },
    });
    const read = () => small.runs.api.findRunByNumber(scopeOf(small.caller, 'runs:read'), run.number);
    await waitFor('it to run', async () => (await read())?.state === 'running');
    await small.database.db.transaction().execute(async (tx) => {
      // Nothing of it can be stored.
      await sql`select 1 from runs where id = ${run.id} for update`.execute(tx);
      await waitFor('it to be asked to end', () =>
        existsSync(join(small.folder, 'runs', run.id, '1', 'output', 'asked')),
      );
    });
    const done = await waitFor('the end', async () => {
      const found = await read();
      return found?.finishedAt !== null && found;
    });
    assert.equal(done?.error?.code, 'log_quota');
    assert.ok((done?.logLines ?? 0) >= 10_000, 'what it may keep is kept');
  });

  it('nor may it have more lines than its quota, however short', async () => {
    await using small = await createRunsBed({ logQuota: { lines: 2000 } });
    const run = await small.runs.api.startRun(small.caller, {
      kind: 'command',
      subject: 'sh',
      params: { command: ['sh', '-c', 'while :; do echo; done'] },
    });
    const done = await waitFor('the end', async () => {
      const found = await small.runs.api.findRunByNumber(scopeOf(small.caller, 'runs:read'), run.number);
      return found?.finishedAt !== null && found;
    });
    assert.equal(done?.error?.code, 'log_quota');
    assert.match(done?.error?.message ?? '', /2000 lines/);
    assert.ok((done?.logLines ?? 0) > 2000);
  });

  it('invalid UTF-8, NUL and lines without end are stored and harm nothing', async () => {
    const run = await ended(
      await shell(`printf 'a\\377b\\nc\\000d\\n'; head -c 40000 /dev/zero | tr '\\0' z`),
    );
    assert.equal(run.state, 'succeeded');
    const lines = await messages(run);
    assert.deepEqual(lines.slice(0, 2), ['a�b', 'cd']);
    assert.match(lines[2] ?? '', /^z{16384} …\[cut, 23616 bytes\]$/);
  });

  it('files left in the output folder are listed with size and hash, and links are not followed', async () => {
    const run = await ended(
      await shell(
        'mkdir -p "$DUMONT_OUTPUT/a"; printf data > "$DUMONT_OUTPUT/a/b.txt"; ln -s /etc/passwd "$DUMONT_OUTPUT/link"',
      ),
    );
    const { items } = (await bed.runs.handlers.listArtifacts({
      params: { id: run.id },
      caller: bed.caller,
    } as never)) as { items: { name: string; sizeBytes: number; sha256: string }[] };
    assert.deepEqual(
      items.map(({ name, sizeBytes, sha256 }) => [name, sizeBytes, sha256]),
      [['a/b.txt', 4, '3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7']],
    );
  });

  it('a run that cannot be asked to end is made to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dumont-deaf-'));
    const log = createLogger('silent');
    const local = await createLocalExecutor({ runsDir: folder, runtimeFolders: [], log });
    const deaf: Executor = {
      ...local,
      name: 'machine',
      start: async (launch) => {
        const execution = await local.start(launch);
        const signal: typeof execution.signal = async (name) => {
          if (name === 'TERM') throw new Error('a script in the machine failed');
          await execution.signal(name);
        };
        return { ...execution, signal };
      },
    };
    try {
      await using away = await createRunsBed({ executors: [deaf] });
      const run = await away.runs.api.startRun(away.caller, {
        kind: 'command',
        subject: 'sleep',
        params: { command: ['sleep', '600'] },
        requirements: { gpu: 1 },
      });
      const read = () => away.runs.api.findRunByNumber(scopeOf(away.caller, 'runs:read'), run.number);
      await waitFor('it to run', async () => (await read())?.state === 'running');
      await away.runs.api.cancelRun(away.caller, run.id);
      await waitFor('its end', async () => (await read())?.state === 'cancelled', 5000);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('files beyond what a run may keep are not copied, whatever they take themselves; the others are', async () => {
    await using small = await createRunsBed({ filesQuotaBytes: 1000 });
    const script = 'cd "$DUMONT_OUTPUT"; printf small > a; truncate -s 3000000 hole; printf more > z';
    const run = await small.runs.api.startRun(small.caller, {
      kind: 'command',
      subject: 'sh',
      params: { command: ['sh', '-c', script] },
    });
    const done = await waitFor('the end', async () => {
      const found = await small.runs.api.findRunByNumber(scopeOf(small.caller, 'runs:read'), run.number);
      return found?.finishedAt !== null && found;
    });
    const { rows } = await small.database.pool.query('SELECT name FROM run_artifacts ORDER BY name');
    assert.deepEqual(rows, [{ name: 'a' }, { name: 'z' }]);
    assert.equal(done?.state, 'succeeded');
    const lines = await small.runs.api.readLog(run.id, 0, 10);
    assert.match(lines.map(({ message }) => message).join(), /The file hole was not kept/);
  });

  it('progress that the log reports is on the run', async () => {
    const run = await shell('echo "[PROGRESS] [X] 1/4 first"; sleep 600');
    const seen = await waitFor('progress', async () => (await current(run)).progress === 25 && current(run));
    assert.equal(seen.progressEstimated, false);
    await bed.runs.api.cancelRun(bed.caller, run.id);
    await ended(run);
  });

  it('what a stranger asks for is not found', async () => {
    const run = await shell('true');
    const stranger = { ...bed.caller, userId: bed.projectId, projects: new Map() };
    assert.equal(await bed.runs.api.findRunByNumber(scopeOf(stranger, 'runs:read'), run.number), undefined);
    await assert.rejects(bed.runs.api.cancelRun(stranger, run.id), { code: 'run.not_found' });
    await ended(run);
  });
});
