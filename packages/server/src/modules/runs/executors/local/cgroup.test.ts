import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRunCgroup, findCgroup, removeEmptyCgroups } from './cgroup.ts';
import { findObstacle } from './probe.ts';
import { kindsHere, withExecutor } from './testing.ts';

const attempt = { runId: `test-${process.pid}`, attempt: 1 };

/** A real cgroup file system in which we may make groups, with or without controllers. */
const findMount = (): string | undefined => {
  const mounts = readFileSync('/proc/self/mounts', 'latin1').split('\n');
  const mount = mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1];
  try {
    if (mount === undefined) return undefined;
    const path = join(mount, `dumont-test-${process.pid}`);
    mkdirSync(path);
    return path;
  } catch {
    return undefined;
  }
};

/** Version 2 can be mounted almost anywhere; a controller belongs to version 1 for as long as that has groups of it. */
const whyNoMemoryGroup = (): string => {
  const [, hierarchy] = /^memory\t(\d+)/m.exec(readFileSync('/proc/cgroups', 'latin1')) ?? [];
  const isHeld = hierarchy !== undefined && hierarchy !== '0';
  return `no cgroup with the memory controller can be used here${isHeld ? ': version 1 holds it' : ''}`;
};

test('a run enters a group of its own, which goes with it', (t) => {
  const parent = findMount();
  if (parent === undefined) return t.skip('no cgroup file system of version 2 can be written here');
  try {
    const group = createRunCgroup(parent, attempt, { cpu: 0.5, memoryBytes: 100_000_000 });
    const [program, ...args] = group.enter(['/bin/cat', '/proc/self/cgroup']);
    assert.match(
      execFileSync(program, args, { encoding: 'utf8' }),
      new RegExp(`dumont-run-${attempt.runId}-1$`, 'm'),
    );
    assert.equal(group.close(), false);
    assert.ok(!existsSync(join(parent, `dumont-run-${attempt.runId}-1`)));
    createRunCgroup(parent, attempt, {});
    removeEmptyCgroups(parent);
    assert.ok(!existsSync(join(parent, `dumont-run-${attempt.runId}-1`)));
  } finally {
    execFileSync('rmdir', [parent]);
  }
});

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

test('a run over its memory is ended, and that is said', async (t) => {
  const cgroup = findCgroup();
  if (cgroup === undefined) return t.skip(whyNoMemoryGroup());
  const [kind = 'none'] = kindsHere;
  const obstacle = await findObstacle(kind);
  if (obstacle !== undefined) return t.skip(obstacle);
  await withExecutor(
    kind,
    async ({ run, runtime }) => {
      const hoard = 'const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))';
      const limits = { memoryBytes: 200_000_000 };
      const launch = {
        ...attempt,
        command: [runtime, '-e', hoard] as const,
        environment: {},
        files: [],
        mounts: [],
      };
      const { exit } = await run({ ...launch, limits });
      assert.deepEqual(exit, { code: null, signal: 'SIGKILL', outOfMemory: true });
    },
    cgroup,
  );
});
