import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { waitFor } from '../../../../../test/wait.ts';
import { systemClock } from '../../../../kernel/clock.ts';
import type { Launch, Limits } from '../executor.ts';
import { createRunCgroup, findCgroup, mostProcesses, removeEmptyCgroups } from './cgroup.ts';
import type { IsolationKind } from './isolation.ts';
import { findObstacle } from './probe.ts';
import { kindsHere, textOf, withExecutor } from './testing.ts';

const cgroup = findCgroup();
const attempt = { runId: `test-${process.pid}`, attempt: 1 };

/** A group of the test's own in a real cgroup file system, with or without controllers; nothing of it is left. */
const withParent = async (t: TestContext, body: (parent: string) => Promise<void>): Promise<void> => {
  const mounts = readFileSync('/proc/self/mounts', 'latin1').split('\n');
  const mount = mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1];
  const parent = join(cgroup ?? mount ?? '/', `dumont-test-${process.pid}`);
  try {
    mkdirSync(parent);
  } catch (error) {
    return t.skip(`no cgroup file system of version 2 can be written here: ${String(error)}`);
  }
  try {
    await body(parent);
  } finally {
    writeFileSync(join(parent, 'cgroup.kill'), '1');
    await waitFor('the groups to be empty', () => {
      removeEmptyCgroups(parent);
      return groupsIn(parent).length === 0;
    });
    rmdirSync(parent);
  }
};

/** Version 2 can be mounted almost anywhere; a controller belongs to version 1 for as long as that has groups of it. */
const whyNoMemoryGroup = (): string => {
  const [, hierarchy] = /^memory\t(\d+)/m.exec(readFileSync('/proc/cgroups', 'latin1')) ?? [];
  const isHeld = hierarchy !== undefined && hierarchy !== '0';
  return `no cgroup with the memory controller can be used here${isHeld ? ': version 1 holds it' : ''}`;
};

const launchOf = (command: Launch['command'], limits: Limits): Launch => ({
  ...attempt,
  command,
  environment: {},
  files: [],
  mounts: [],
  limits,
});

const groupsIn = (parent: string): readonly string[] =>
  readdirSync(parent).filter((name) => name.startsWith(`dumont-run-${attempt.runId}-`));

const noMemoryGroup = cgroup === undefined ? whyNoMemoryGroup() : undefined;
/** Where runs are confined as well as this host can. */
const best: IsolationKind = kindsHere[0] ?? 'none';
const obstacle = await findObstacle(best);
const skip = noMemoryGroup ?? obstacle ?? false;

test('a run enters a group of its own, which goes with it', (t) =>
  withParent(t, async (parent) => {
    const group = createRunCgroup(parent, attempt, { cpu: 0.5, memoryBytes: 100_000_000 });
    const [program, ...args] = group.enter(['/bin/cat', '/proc/self/cgroup']);
    assert.match(
      execFileSync(program, args, { encoding: 'utf8' }),
      new RegExp(`dumont-run-${attempt.runId}-1$`, 'm'),
    );
    assert.equal(await group.close(systemClock), false);
    assert.deepEqual(groupsIn(parent), []);
    createRunCgroup(parent, attempt, {});
    removeEmptyCgroups(parent);
    assert.deepEqual(groupsIn(parent), []);
  }));

test('a group is used only where memory was delegated, and none is no error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dumont-cgroup-'));
  try {
    const self = join(folder, 'self');
    writeFileSync(self, '0::/system.slice/dumont.service/server\n');
    mkdirSync(join(folder, 'system.slice', 'dumont.service', 'server'), { recursive: true });
    assert.equal(findCgroup(folder, self), undefined);
    writeFileSync(join(folder, 'system.slice', 'dumont.service', 'cgroup.subtree_control'), 'cpu\n');
    assert.equal(findCgroup(folder, self), undefined);
    assert.equal(findCgroup(join(folder, 'missing'), join(folder, 'missing')), undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what is delegated to us is passed on to the groups of runs', { skip }, () => {
  const around = join(cgroup ?? '', `dumont-test-${process.pid}`);
  const folder = mkdtempSync(join(tmpdir(), 'dumont-cgroup-'));
  mkdirSync(around);
  mkdirSync(join(around, 'server'));
  try {
    const self = join(folder, 'self');
    writeFileSync(self, '0::/around/server\n');
    symlinkSync(around, join(folder, 'around'));
    assert.equal(findCgroup(folder, self), join(folder, 'around'));
    const passed = readFileSync(join(around, 'cgroup.subtree_control'), 'latin1').trim().split(' ');
    assert.deepEqual(passed.toSorted(), ['cpu', 'memory', 'pids']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmdirSync(join(around, 'server'));
    rmdirSync(around);
  }
});

test('a run over its memory is ended, and that is said', { skip }, async () => {
  await withExecutor(
    best,
    async ({ run, runtime }) => {
      const hoard = 'const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))';
      const limits = { memoryBytes: 200_000_000 };
      const { exit } = await run(launchOf([runtime, '-e', hoard], limits));
      assert.deepEqual(exit, { code: null, signal: 'SIGKILL', outOfMemory: true });
      const below = await run({ ...launchOf([runtime, '-e', 'console.log("fits")'], limits), attempt: 2 });
      assert.deepEqual([below.exit, below.stdout], [{ code: 0, signal: null }, 'fits\n']);
      assert.deepEqual(groupsIn(cgroup ?? ''), []);
    },
    cgroup,
  );
});

test('a run that may have next to no CPU starts, and its limit is that of its group', { skip }, async () => {
  await withExecutor(
    best,
    async ({ executor }) => {
      const execution = await executor.start(launchOf(['sleep', '600'], { cpu: 0.005 }));
      const [group = ''] = groupsIn(cgroup ?? '');
      assert.equal(readFileSync(join(cgroup ?? '', group, 'cpu.max'), 'latin1'), '1000 100000\n');
      await execution.signal('KILL');
      await execution.exited;
    },
    cgroup,
  );
});

test('a run that forks without end is refused more processes, and leaves none', { skip }, async () => {
  await withExecutor(
    best,
    async ({ run }) => {
      const bomb =
        'my $n = 0; while (defined(my $pid = fork)) { $pid || sleep 600; $n++ } print "$n $!\n"; exit 3';
      const { exit, stdout } = await run(launchOf(['perl', '-e', bomb], { memoryBytes: 2_000_000_000 }));
      assert.deepEqual(exit, { code: 3, signal: null });
      const [, count = '0'] = /^(\d+) Resource temporarily unavailable$/m.exec(stdout) ?? [];
      assert.ok(Number(count) > 2000 && Number(count) < mostProcesses, stdout);
      assert.deepEqual(groupsIn(cgroup ?? ''), []);
    },
    cgroup,
  );
});

// Needs no controller: a group that can be made is enough.
for (const kind of new Set<IsolationKind>([best, 'none'])) {
  test(`whatever is left of a run goes with its group (${kind})`, async (t) => {
    if (kind !== 'none' && obstacle !== undefined) return t.skip(obstacle);
    await withParent(t, (parent) =>
      withExecutor(
        kind,
        async ({ executor, run }) => {
          const limits = { cpu: 1 };
          // Without mark, session and output it would be nobody's.
          const stray = `(trap '' TERM HUP; exec setsid env -i sleep 600 >/dev/null 2>&1) & sleep 0.1;`;
          for (let again = 1; again <= 5; again += 1) {
            const { exit } = await run({ ...launchOf(['sh', '-c', stray], limits), attempt: again });
            assert.deepEqual(exit, { code: 0, signal: null });
            assert.deepEqual(groupsIn(parent), []);
          }
          const stubborn = `trap '' TERM; ${stray} echo ready; while :; do sleep 0.1; done`;
          const execution = await executor.start({ ...launchOf(['sh', '-c', stubborn], limits), attempt: 6 });
          await execution.stdout.grown(0, AbortSignal.timeout(60_000));
          assert.equal(groupsIn(parent).length, 1);
          await execution.signal('TERM');
          await execution.signal('KILL');
          assert.deepEqual(await execution.exited, { code: null, signal: 'SIGKILL' });
          assert.equal(await textOf(execution.stdout), 'ready\n');
          assert.deepEqual(groupsIn(parent), []);
        },
        parent,
      ),
    );
  });
}

test('what a killed server left in the group of an attempt ends with the attempt', (t) =>
  withParent(t, async (parent) => {
    const [program, ...args] = createRunCgroup(parent, attempt, {}).enter(['sleep', '600']);
    const left = spawn(program, args, { stdio: 'ignore' });
    const ended = once(left, 'exit');
    const procs = join(parent, `dumont-run-${attempt.runId}-1`, 'cgroup.procs');
    await waitFor('it to enter', () => readFileSync(procs, 'latin1') !== '');
    await withExecutor('none', ({ executor }) => executor.end(attempt), parent);
    assert.deepEqual(groupsIn(parent), []);
    assert.deepEqual(await ended, [null, 'SIGKILL']);
  }));
