import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { waitFor } from '../../../../../test/wait.ts';
import { attemptFolder } from './attempt-folder.ts';
import { findObstacle } from './probe.ts';
import { markedBy } from './processes.ts';
import { kindsHere, makeExecutor, textOf, waitingIn, writeCommandModule } from './testing.ts';

const attempt = { runId: 'orphan', attempt: 1 };
const beat = 'n=0; while :; do n=$((n+1)); echo $n; sleep 0.01; done';
const daemons = `setsid sh -c 'while :; do sleep 0.01; done' & setsid env -i sh -c 'while :; do :; sleep 0.01; done' & `;

/** What `setsid` has become by then: the shell of one of the daemons. */
const isDaemon = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('sh\0-c\0while');
  } catch {
    return false;
  }
};

for (const [kind, isWarm] of kindsHere.flatMap((kind) => [[kind, false] as const, [kind, true] as const])) {
  test(`killing the server ends its runs, and what they wrote is there (${kind}${isWarm ? ', warm' : ''})`, async (t) => {
    const obstacle = kind === 'none' ? undefined : await findObstacle(kind);
    if (obstacle !== undefined) return t.skip(obstacle);
    const base = realpathSync(mkdtempSync(join(tmpdir(), 'dumont-killed-')));
    chmodSync(base, 0o711);
    const runsDir = join(base, 'runs');
    try {
      const folder = attemptFolder(runsDir, attempt);
      const living = (): number[] => [folder, ...waitingIn(runsDir)].flatMap((each) => markedBy(each));
      const fixture = join(import.meta.dirname, 'server-killed.fixture.ts');
      const app = isWarm ? [writeCommandModule(base)] : [];
      const script = (kind === 'none' ? '' : daemons) + beat;
      const server = spawn(process.execPath, [fixture, runsDir, kind, script, ...app], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(server.stdout, 'data');
      assert.ok(markedBy(folder).length > 0);
      assert.equal(waitingIn(runsDir).length, app.length);
      for (const each of waitingIn(runsDir)) assert.ok(markedBy(each).length > 0);

      server.kill('SIGKILL');
      await once(server, 'exit');
      const patience = AbortSignal.timeout(5000);
      while (living().length > 0) {
        assert.ok(!patience.aborted, `still alive: ${living().join(', ')}`);
        await wait(5);
      }

      {
        await using _ = await makeExecutor(runsDir, kind);
      }
      assert.deepEqual(waitingIn(runsDir), []);
      await using successor = await makeExecutor(runsDir, kind);
      const left = await successor.leftovers(attempt);
      assert.ok(left);
      const lines = (await textOf(left.stdout)).trimEnd().split('\n');
      assert.deepEqual(
        lines,
        lines.map((_, at) => String(at + 1)),
      );
      await successor.end(attempt);
      await successor.discard(attempt);
      assert.equal(await successor.leftovers(attempt), undefined);
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  });
}

test('a daemon that outlived the server is found and ended by the next one', async () => {
  const runsDir = realpathSync(mkdtempSync(join(tmpdir(), 'dumont-killed-')));
  try {
    const folder = attemptFolder(runsDir, attempt);
    const living = (): number[] => markedBy(folder);
    const fixture = join(import.meta.dirname, 'server-killed.fixture.ts');
    const server = spawn(process.execPath, [fixture, runsDir, 'none', `${daemons} ${beat}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(server.stdout, 'data');
    // Before that they are in the group of the run, and end with it.
    await waitFor('the daemons to have left', () => living().filter(isDaemon).length === 2);
    server.kill('SIGKILL');
    await once(server, 'exit');
    assert.ok(living().length >= 2);
    await using successor = await makeExecutor(runsDir, 'none');
    await successor.end(attempt);
    assert.deepEqual(living(), []);
  } finally {
    rmSync(runsDir, { recursive: true, force: true });
  }
});
