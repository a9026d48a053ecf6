import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { finalStates, type Run } from '@dumont/contracts/runs/runs';
import { openMachineBed, type MachineBed } from '@dumont/simulator/machine-bed';
import { findObstacle } from '@dumont/simulator/machines';
import { startServerProcess, type ServerProcess } from '../server-process.ts';
import { waitFor } from '../wait.ts';

const obstacle = await findObstacle();
/** A machine comes within some seconds on an idle host. */
const patienceMs = 90_000;

const ask = (server: ServerProcess, script: string, requirements: Run['requirements']): Promise<Run> =>
  server.client.startRun({ body: { kind: 'command', command: ['sh', '-c', script], requirements } });

const until = (server: ServerProcess, run: Run, what: string, isSo: (now: Run) => boolean): Promise<Run> =>
  waitFor(
    `run ${run.number} ${what}`,
    async () => {
      const now = await server.client.getRun({ params: { id: run.id } });
      return isSo(now) && now;
    },
    patienceMs,
  );
const settled = (server: ServerProcess, run: Run): Promise<Run> =>
  until(server, run, 'to settle', ({ state }) => finalStates.includes(state));

const logOf = async (server: ServerProcess, run: Run): Promise<string[]> => {
  const { lines } = await server.client.listRunLogs({
    params: { id: run.id },
    query: { after: 0, limit: 5000 },
  });
  return lines.filter((line) => line.source !== 'dumont').map((line) => line.message);
};

describe('commands that need a machine', { skip: obstacle ?? false }, () => {
  let folder: string;
  let bed: MachineBed;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dumont-machine-runs-'));
    bed = await openMachineBed();
  });
  after(async () => {
    await bed[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('run there to their end, or until they are cancelled, or the server dies', async () => {
    const start = (): Promise<ServerProcess> => startServerProcess({ ...bed.readSettings() }, folder);
    await using first = await start();
    const { id } = await first.client.createInstance({ body: { label: 'trainer' } });
    const onTrainer = { machine: 'trainer' };
    const short = await ask(first, 'nvidia-smi -L; echo weights > "$DUMONT_OUTPUT/model.bin"', onTrainer);
    assert.equal(short.executor, 'machine');
    const waiting = await until(
      first,
      short,
      'to wait',
      ({ waitingFor }) => waitingFor?.includes('trainer') === true,
    );
    assert.equal(waiting.state, 'starting');
    const ended = await settled(first, short);
    assert.equal(ended.state, 'succeeded', ended.error?.message);
    assert.match((await logOf(first, short)).join('\n'), /^GPU 0: /);
    const { items } = await first.client.listArtifacts({ params: { id: short.id } });
    assert.deepEqual(
      items.map(({ name, sizeBytes }) => [name, sizeBytes]),
      [['model.bin', 8]],
    );

    const endless = await ask(first, 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done', onTrainer);
    await until(first, endless, 'to write', ({ logLines }) => logLines > 20);
    await assert.rejects(first.client.rebootInstance({ params: { id } }), /A run is at work/);
    const acknowledged = await logOf(first, endless);
    await first.kill();

    await using second = await start();
    const given = await ask(second, 'echo never', { gpu: 1 });
    await until(second, given, 'to wait', ({ waitingFor }) => waitingFor?.includes('deploying') === true);
    await second.client.cancelRun({ params: { id: given.id } });
    assert.equal((await settled(second, given)).state, 'cancelled');
    assert.deepEqual(await logOf(second, given), []);

    assert.equal((await settled(second, endless)).error?.code, 'worker_lost');
    const lines = await logOf(second, endless);
    assert.ok(lines.length >= acknowledged.length, 'no acknowledged line is gone');
    assert.deepEqual(
      lines,
      lines.map((_, at) => String(at + 1)),
    );
    // Let go of by the server that died: it takes the next one.
    const last = await ask(second, 'echo again; ls /opt/dumont/runs | wc -l', onTrainer);
    assert.equal((await settled(second, last)).state, 'succeeded');
    assert.deepEqual(await logOf(second, last), ['again', '1']);
  });
});
