import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { describeSelf, takeLock, type Holder } from './lock.ts';

const clock = {
  now: () => new Date(0),
  elapsedMs: () => performance.now(),
  sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 5)),
};
const { signal } = new AbortController();

describe('the lock of agents', () => {
  let folder: string;
  let path: string;
  /** A process that holds the lock. */
  let other: ChildProcess;
  let holder: Holder;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dumont-lock-'));
    path = join(folder, 'agent.lock');
    other = spawn('sleep', ['600'], { stdio: 'ignore' });
    await once(other, 'spawn');
    const stat = await readFile(`/proc/${other.pid}/stat`, 'latin1');
    const startTicks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    holder = { pid: other.pid ?? 0, startTicks, hash: 'what is there' };
    assert.ok(await takeLock(path, holder, { clock, hashNow: async () => 'what is there' }, signal));
  });
  after(async () => {
    other.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const take = async (hash: string, hashNow: string) =>
    takeLock(path, await describeSelf(hash), { clock, hashNow: async () => hashNow }, signal);

  it('stays with the agent of what is there when one comes late that was started for what was there before', async () => {
    assert.equal(await take('what was there', 'what is there'), undefined);
    assert.equal(other.exitCode ?? other.signalCode, null);
    assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), holder);
  });

  it('goes to the agent of what is there now, and the other is ended', async () => {
    const exited = once(other, 'exit');
    await using lock = await take('what is newer', 'what is newer');
    assert.equal(await lock?.isOurs(), true);
    assert.deepEqual(await exited, [null, 'SIGTERM']);
  });
});
