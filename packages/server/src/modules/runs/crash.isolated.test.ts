import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { finalStates, type Run } from '@dumont/contracts/runs/runs';
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

const logOf = async (server: ServerProcess, run: Run): Promise<string[]> => {
  const { lines } = await server.client.listRunLogs({
    params: { id: run.id },
    query: { after: 0, limit: 5000 },
  });
  return lines.filter((line) => line.source !== 'dumont').map((line) => line.message);
};

const settled = (server: ServerProcess, run: Run): Promise<Run> =>
  waitFor(
    `run ${run.number} to settle`,
    async () => {
      const found = await server.client.getRun({ params: { id: run.id } });
      return finalStates.includes(found.state) && found;
    },
    settledWithinMs + 5000,
  );

describe('after a crash', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dumont-crash-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('a killed server leaves no process, loses no line, doubles none, and its runs end as worker_lost within 15 s', async () => {
    const marker = `4242${process.pid}`;
    const first = await startServerProcess({}, folder);
    const run = await shell(
      first,
      `(setsid sleep ${marker} &); i=0; while :; do i=$((i+1)); echo line $i; sleep 0.005; done`,
    );
    const waiting = await Promise.all(
      Array.from({ length: 3 }, (_, index) => shell(first, `sleep 1; echo once ${index}`)),
    );
    const acknowledged = await waitFor('some lines', async () => {
      const lines = await logOf(first, run);
      return lines.length > 100 && lines;
    });
    assert.equal((await processesWith(`sleep\0${marker}`)).length, 1);

    await first.kill();
    const killedMs = performance.now();
    await waitFor(
      'every process of the run to go',
      async () => (await processesWith(marker)).length === 0,
      5000,
    );

    await using second = await startServerProcess({}, folder);
    const ended = await settled(second, run);
    assertWithin(killedMs, settledWithinMs, 'settling');
    assert.equal(ended.state, 'failed');
    assert.equal(ended.error?.code, 'worker_lost');

    const lines = await logOf(second, run);
    assert.ok(lines.length >= acknowledged.length, 'no acknowledged line is gone');
    assert.deepEqual(
      lines,
      lines.map((_, index) => `line ${index + 1}`),
      'none is missing, doubled or out of order',
    );

    for (const other of waiting) {
      const end = await settled(second, other);
      const said = (await logOf(second, other)).length;
      assert.ok(said <= 1, 'nothing ran twice');
      assert.ok(end.state === 'succeeded' ? said === 1 : end.error?.code === 'worker_lost');
    }
  });

  it('a killed database comes back, and runs go on to their right end', async () => {
    await using server = await startServerProcess({}, folder);
    const run = await shell(server, 'for i in 1 2 3 4 5 6; do echo step $i; sleep 0.5; done');
    await waitFor('the first line', async () => (await logOf(server, run)).length > 0);
    const pid = Number(
      (await readFile(join(folder, 'postgres/cluster/data/postmaster.pid'), 'utf8')).split('\n')[0],
    );
    process.kill(pid, 'SIGKILL');
    await delay(100);
    const ended = await waitFor(
      'the run to end',
      async () => {
        const found = await server.client.getRun({ params: { id: run.id } }).catch(() => undefined);
        return found !== undefined && finalStates.includes(found.state) && found;
      },
      settledWithinMs + 5000,
    );
    assert.equal(ended.state, 'succeeded');
    assert.deepEqual(
      await logOf(server, run),
      [1, 2, 3, 4, 5, 6].map((step) => `step ${step}`),
    );
  });

  it('a server that is told to stop ends its runs, and says so in their state', async () => {
    const first = await startServerProcess({}, folder);
    const run = await shell(first, 'echo up; sleep 600');
    await waitFor('its line', async () => (await logOf(first, run)).length > 0);
    await first[Symbol.asyncDispose]();
    await using second = await startServerProcess({}, folder);
    const ended = await settled(second, run);
    assert.equal(ended.state, 'failed');
    assert.equal(ended.error?.code, 'worker_lost');
  });
});
