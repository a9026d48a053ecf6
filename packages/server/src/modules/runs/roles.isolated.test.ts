import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ServerMessage } from '@dumont/contracts/events';
import { finalStates, type Run } from '@dumont/contracts/runs/runs';
import { WebSocket } from 'ws';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { startServerProcess, type ServerProcess } from '../../../test/server-process.ts';
import { waitFor } from '../../../test/wait.ts';
import { assertWithin } from '../../../test/slowness.ts';

/** The promise of the design: a death is noticed, and everything is in its right state, within this time. */
const settledWithinMs = 15_000;

const processesWith = async (text: string): Promise<number[]> => {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(text)) found.push(Number(entry));
  }
  return found;
};

const shell = (server: ServerProcess, script: string): Promise<Run> =>
  server.client.startRun({ body: { kind: 'command', command: ['sh', '-c', script] } });

const read = (server: ServerProcess, run: Run): Promise<Run> =>
  server.client.getRun({ params: { id: run.id } });

const logOf = async (server: ServerProcess, run: Run): Promise<string[]> => {
  const { lines } = await server.client.listRunLogs({
    params: { id: run.id },
    query: { after: 0, limit: 5000 },
  });
  return lines.filter((line) => line.source === 'stdout').map((line) => line.message);
};

const settled = (server: ServerProcess, run: Run): Promise<Run> =>
  waitFor(
    `run ${run.number} to settle`,
    async () => {
      const found = await read(server, run);
      return finalStates.includes(found.state) && found;
    },
    settledWithinMs * 2,
  );

/** What a client of the stream holds: it comes back with the numbers that it saw last. */
const createWatcher = (run: Run) => {
  const lines: string[] = [];
  const states: string[] = [];
  const cursors = new Map<string, number>();
  let epoch: string | undefined;
  let resets = 0;
  const topics = ['runs', `runs/${run.id}/logs`];
  return {
    lines,
    states,
    get resets() {
      return resets;
    },
    connect: async (server: ServerProcess): Promise<WebSocket> => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/events`, {
        headers: { authorization: `Bearer ${server.token}` },
      });
      socket.on('error', () => undefined);
      socket.on('message', (data) => {
        const message = JSON.parse((data as Buffer).toString()) as ServerMessage;
        if (message.type === 'reset') resets += 1;
        if (message.type === 'subscribed') {
          cursors.set(message.topic, cursors.get(message.topic) ?? message.seq);
        } else if (message.type === 'log') {
          cursors.set(topics[1] ?? '', message.seq);
          lines.push(
            ...message.payload.lines.filter(({ source }) => source === 'stdout').map((line) => line.message),
          );
        } else if (message.type === 'run') {
          cursors.set('runs', message.seq);
          epoch = message.epoch;
          if (message.payload.id === run.id) states.push(message.payload.state);
        }
      });
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      for (const topic of topics) {
        const from = cursors.get(topic) ?? (topic === 'runs' ? undefined : 0);
        socket.send(
          JSON.stringify({
            type: 'subscribe',
            topic,
            ...(from === undefined ? {} : { after: from }),
            ...(topic === 'runs' ? { epoch } : {}),
          }),
        );
      }
      return socket;
    },
  };
};

const counting = (from: number, lines: readonly string[]): string[] =>
  lines.map((_, index) => `line ${from + index}`);

describe('with a process for each role', () => {
  let database: TestDatabase;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dumont-roles-'));
    database = await createTestDatabase();
  });
  after(async () => {
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** Each role has a data folder of its own, as on hosts of their own. */
  const start = (roles: string): Promise<ServerProcess> =>
    startServerProcess(
      { DATABASE_URL: database.url, DUMONT_MASTER_KEY: '11'.repeat(32), DUMONT_ROLES: roles },
      join(folder, roles),
    );

  it('a killed worker leaves no process, its run ends as worker_lost within 15 s beside the living server, with every line that was acknowledged', async () => {
    await using server = await start('api,scheduler');
    const worker = await start('worker');
    const marker = `5252${process.pid}`;
    const run = await shell(
      server,
      `(setsid sleep ${marker} &); i=0; while :; do i=$((i+1)); echo line $i; sleep 0.01; done`,
    );
    const acknowledged = await waitFor('lines', async () => {
      const lines = await logOf(server, run);
      return lines.length > 20 && lines;
    });
    assert.equal((await processesWith(`sleep\0${marker}`)).length, 1);

    await worker.kill();
    const killedMs = performance.now();
    await waitFor('every process of the run to go', async () => (await processesWith(marker)).length === 0);
    const ended = await settled(server, run);
    assertWithin(killedMs, settledWithinMs, 'settling');
    assert.deepEqual([ended.state, ended.error?.code, ended.attempt], ['failed', 'worker_lost', 1]);
    const lines = await logOf(server, run);
    assert.ok(lines.length >= acknowledged.length, 'no acknowledged line is gone');
    assert.deepEqual(lines, counting(1, lines), 'none is missing, doubled or out of order');

    await using _next = await start('worker');
    const other = await settled(server, await shell(server, 'echo line 1'));
    assert.deepEqual([other.state, await logOf(server, other)], ['succeeded', ['line 1']]);
    assert.equal((await read(server, run)).attempt, 1, 'what was lost is not begun again');
  });

  it('a killed worker whose run may be repeated: it waits for the next worker, and is never at work twice', async () => {
    await using server = await start('api,scheduler');
    const worker = await start('worker');
    const marker = `6262${process.pid}`;
    const run = await shell(server, `echo "attempt $DUMONT_ATTEMPT"; sleep ${marker}`);
    // As a pipeline that may be repeated has it; a command may not.
    await database.pool.query(`UPDATE runs SET max_attempts = 2, retry_on = '{worker_lost}' WHERE id = $1`, [
      run.id,
    ]);
    await waitFor('the first attempt', async () => (await logOf(server, run)).length === 1);
    await worker.kill();
    const killedMs = performance.now();
    const queued = await waitFor(
      'it to be queued again',
      async () => {
        assert.ok((await processesWith(`sleep\0${marker}`)).length <= 1);
        const found = await read(server, run);
        return found.state === 'queued' && found;
      },
      settledWithinMs * 2,
    );
    assertWithin(killedMs, settledWithinMs);
    assert.equal(queued.attempt, 1);
    assert.equal((await processesWith(`sleep\0${marker}`)).length, 0, 'nothing of the first lives');
    await using _next = await start('worker');
    await waitFor('the second attempt', async () => {
      assert.ok((await processesWith(`sleep\0${marker}`)).length <= 1);
      return (await logOf(server, run)).length === 2;
    });
    assert.deepEqual(await logOf(server, run), ['attempt 1', 'attempt 2']);
    await server.client.cancelRun({ params: { id: run.id } });
    assert.equal((await settled(server, run)).state, 'cancelled');
    assert.equal((await processesWith(`sleep\0${marker}`)).length, 0);
  });

  it('a killed and restarted server: the run goes on at its worker, and who watched goes on where it was', async () => {
    await using _worker = await start('worker');
    const first = await start('api,scheduler');
    const run = await shell(
      first,
      'i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo line $i; sleep 0.02; done',
    );
    const watcher = createWatcher(run);
    const before = await watcher.connect(first);
    await waitFor('lines', () => watcher.lines.length > 20);
    await first.kill();
    await new Promise((resolve) =>
      before.readyState === WebSocket.CLOSED ? resolve(0) : before.once('close', resolve),
    );
    const seen = watcher.lines.length;

    await using second = await start('api,scheduler');
    const after_ = await watcher.connect(second);
    const ended = await settled(second, run);
    assert.deepEqual([ended.state, ended.attempt], ['succeeded', 1]);
    await waitFor(
      'every line and the end',
      () => watcher.lines.length === 400 && watcher.states.includes('succeeded'),
    );
    assert.deepEqual(watcher.lines, counting(1, watcher.lines), 'none missing, none twice');
    assert.ok(seen < 400);
    assert.equal(watcher.resets, 0);
    after_.terminate();
  });
});
