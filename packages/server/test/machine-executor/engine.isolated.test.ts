import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { finalStates, type Requirements, type Run } from '@dumont/contracts/runs/runs';
import { findObstacle } from '@dumont/simulator/machines';
import { scopeOf } from '../../src/kernel/access/caller.ts';
import { createRunsBed, type RunsBed } from '../runs-bed.ts';
import { waitFor } from '../wait.ts';
import { openMachine } from './bed.ts';

const obstacle = await findObstacle();
const patienceMs = 60_000;

describe('the engine of runs with a machine to run on', { skip: obstacle ?? false }, () => {
  let machine: Awaited<ReturnType<typeof openMachine>>;
  let bed: RunsBed;
  before(async () => {
    machine = await openMachine();
    bed = await createRunsBed({ executors: [machine.makeExecutor()] });
  });
  after(async () => {
    await bed[Symbol.asyncDispose]();
    await machine[Symbol.asyncDispose]();
  });

  /** Nobody says where: what it needs does. */
  const ask = (script: string, requirements: Requirements = { gpu: 1 }): Promise<Run> =>
    bed.runs.api.startRun(bed.caller, {
      kind: 'command',
      subject: 'sh',
      params: { command: ['sh', '-c', script] },
      requirements,
    });
  const until = (run: Run, what: string, isSo: (now: Run) => boolean): Promise<Run> =>
    waitFor(
      `run ${run.number} ${what}`,
      async () => {
        const now = await bed.runs.api.findRunByNumber(scopeOf(bed.caller, 'runs:read'), run.number);
        return now !== undefined && isSo(now) && now;
      },
      patienceMs,
    );
  const ended = (run: Run): Promise<Run> => until(run, 'to end', ({ state }) => finalStates.includes(state));
  const logOf = async (run: Run): Promise<string[]> =>
    (await bed.runs.api.readLog(run.id, 0, 5000)).map(({ source, message }) => `${source}: ${message}`);

  it('sends there what names a GPU, a machine or more memory than there is, and nothing else', async () => {
    const away: Requirements[] = [
      { gpu: 1 },
      { gpuName: 'RTX 4090' },
      { machine: 'one' },
      { memoryBytes: 2 ** 46 },
    ];
    const sent = await Promise.all(away.map((requirements) => ask('true', requirements)));
    for (const run of sent) assert.equal((await ended(run)).executor, 'machine');
    const here: Requirements[] = [{}, { gpu: 0 }, { cpu: 1, memoryBytes: 16_777_216 }];
    for (const requirements of here) assert.equal((await ask('true', requirements)).executor, 'local');
  });

  it('says what a run waits for, then follows it, keeps what it made, and lets the machine go', async () => {
    machine.setComing('machine one, which is waking (waiting)');
    const run = await ask('echo hello; echo weights > "$DUMONT_OUTPUT/model.bin"');
    const waiting = await until(run, 'to wait', ({ waitingFor }) => waitingFor?.includes('waking') === true);
    assert.equal(waiting.state, 'starting');
    machine.setComing(undefined);
    const done = await ended(run);
    assert.equal(done.state, 'succeeded', done.error?.message);
    assert.equal(done.message, null);
    assert.deepEqual(await logOf(run), ['dumont: It runs on machine one.', 'stdout: hello']);
    const { rows } = await bed.database.pool.query(
      'SELECT name, size_bytes::integer AS bytes FROM run_artifacts WHERE run_id = $1',
      [run.id],
    );
    assert.deepEqual(rows, [{ name: 'model.bin', bytes: 8 }]);
    await waitFor('the machine to be let go of', () => machine.held.size === 0);
  });

  it('ends a run that is cancelled while its machine comes, and one that is at work', async () => {
    machine.setComing('machine one, which is waking (waiting)');
    const waiting = await ask('echo never');
    await until(waiting, 'to wait', ({ waitingFor }) => waitingFor?.includes('waking') === true);
    await bed.runs.api.cancelRun(bed.caller, waiting.id);
    assert.equal((await ended(waiting)).state, 'cancelled');
    assert.deepEqual(await logOf(waiting), []);
    machine.setComing(undefined);

    const working = await ask('trap "echo bye; exit 1" TERM; echo ready; while :; do sleep 0.02; done');
    await until(working, 'to write', ({ logLines }) => logLines > 1);
    await bed.runs.api.cancelRun(bed.caller, working.id);
    assert.equal((await ended(working)).state, 'cancelled');
    assert.ok((await logOf(working)).includes('stdout: bye'), 'it was asked first');
    await waitFor('both to be let go of', () => machine.held.size === 0);
  });

  it('takes no place on this host for runs that wait for a machine', async () => {
    machine.setComing('machine one, which is waking (waiting)');
    const away = await Promise.all(Array.from({ length: 9 }, () => ask('true')));
    for (const run of away)
      await until(run, 'to wait', ({ waitingFor }) => waitingFor?.includes('waking') === true);
    assert.equal((await ended(await ask('true', {}))).state, 'succeeded');
    for (const run of away) await bed.runs.api.cancelRun(bed.caller, run.id);
    machine.setComing(undefined);
    for (const run of away) assert.equal((await ended(run)).state, 'cancelled');
  });

  it('ends at once what needs more than any machine has', async () => {
    const run = await ended(await ask('true', { gpu: 64 }));
    assert.equal(run.error?.code, 'place_unavailable');
  });

  it('says that the machine is lost, as a reason that a run may be repeated for', async () => {
    const run = await ask('echo ready; sleep 600');
    await until(run, 'to write', ({ logLines }) => logLines > 1);
    await machine.destroy();
    const lost = await ended(run);
    assert.equal(lost.state, 'failed');
    assert.equal(lost.error?.code, 'machine_lost');
  });
});
