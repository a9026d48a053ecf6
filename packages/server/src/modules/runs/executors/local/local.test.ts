import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { executorConformance } from '../conformance.ts';
import type { Launch } from '../executor.ts';
import { isolationTraits } from './isolation.ts';
import { findObstacle, probeIsolation } from './probe.ts';
import { kindsHere, makeExecutor, makeSubject, makeWarmSubject, withExecutor } from './testing.ts';

for (const kind of kindsHere) {
  const obstacle = kind === 'none' ? undefined : await findObstacle(kind);
  if (obstacle === undefined) {
    const traits = { endsDaemons: kind !== 'none' };
    executorConformance(`local, ${kind}`, () => makeSubject(kind), traits);
    executorConformance(`local, ${kind}, warm`, () => makeWarmSubject(kind), traits);
  } else {
    test(`executor local, ${kind}`, { skip: `this host cannot: ${obstacle}` }, () => undefined);
  }
}

const isRoot = process.getuid?.() === 0;

// The whole of it once more: twice as long as any other test here, and more where others are at work as well.
test(
  'everything here holds for a server without rights too',
  { skip: !isRoot, timeout: 300_000 },
  async (t) => {
    const files = ['local', 'confinement', 'server-killed', 'warm-workers'].map((name) =>
      join(import.meta.dirname, `${name}.test.ts`),
    );
    const child = spawn(process.execPath, ['--test', ...files], {
      uid: 65_534,
      gid: 65_534,
      cwd: '/',
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
    if (/Cannot find module|EACCES.*local\.test/.test(output))
      return t.skip('the checkout is closed to others');
    assert.equal(child.exitCode, 0, output);
  },
);

test('the probe says which way it found and why', async () => {
  const { kind, confined, reason } = await probeIsolation();
  assert.equal(confined, kind !== 'none');
  assert.match(reason, confined ? /bubblewrap|unshare/ : /nothing confines runs; /);
});

const launch = (command: Launch['command'], more: Partial<Launch> = {}): Launch => {
  const defaults = { runId: 'run', attempt: 1, environment: {}, files: [], mounts: [], limits: {} };
  return { ...defaults, command, ...more };
};

for (const kind of kindsHere.filter((name) => name !== 'none')) {
  test(`declared folders are there, to read or to write (${kind})`, async (t) => {
    const obstacle = await findObstacle(kind);
    if (obstacle !== undefined) return t.skip(obstacle);
    await withExecutor(kind, async ({ run, folder }) => {
      const readable = join(folder, 'in');
      const writable = join(folder, 'deep', 'er', 'out');
      mkdirSync(readable, { mode: 0o755 });
      mkdirSync(writable, { recursive: true, mode: 0o755 });
      writeFileSync(join(readable, 'a'), 'given', { mode: 0o644 });
      const mounts = [
        { path: readable, writable: false },
        { path: `${writable}/`, writable: true },
      ];
      const script = `cat "$0/a"; touch "$0/b" 2>/dev/null || echo refused; echo made > "$1/c"; mkdir "$1/d"`;
      const command: Launch['command'] = ['sh', '-c', script, readable, writable];
      const first = await run(launch(command, { mounts }));
      assert.equal(first.stdout, 'givenrefused\n');
      assert.equal(statSync(join(writable, 'c')).size, 5);
      // The next run is another user and must be able to replace it, also inside a folder that the first made.
      const replace = `echo second > "$0/c"; echo x > "$0/d/e"; cat "$0/c" "$0/d/e"`;
      const second = await run(launch(['sh', '-c', replace, writable], { attempt: 2, mounts }));
      assert.equal(second.stderr, '');
      assert.equal(second.stdout, 'second\nx\n');
    });
  });

  const hasView = isolationTraits[kind].hasView;
  test(
    `a folder that would show what runs must not see is refused (${kind})`,
    { skip: !hasView },
    async () => {
      await withExecutor(kind, async ({ executor, folder, runsDir }) => {
        const closed = join(folder, 'closed');
        mkdirSync(closed, { mode: 0o700 });
        const refused: [string, RegExp][] = [
          [folder, /holds the files of other runs/],
          [join(runsDir, 'other'), /does not exist/],
          ['/', /as a whole|other runs/],
          ['/etc', /as a whole/],
          ['relative', /not an absolute path/],
          [join(folder, 'missing'), /does not exist/],
          ...(kind.endsWith('-root') ? [[closed, /cannot be read by runs/] as [string, RegExp]] : []),
        ];
        for (const [path, reason] of refused) {
          const mounts = [{ path, writable: false }];
          await assert.rejects(executor.start(launch(['true'], { mounts })), {
            name: 'LaunchRefused',
            message: reason,
          });
        }
      });
    },
  );
}

test('without a view of their own runs need folders that they can reach', { skip: !isRoot }, async () => {
  await withExecutor('setpriv-root', async ({ executor, folder, runsDir }) => {
    mkdirSync(join(folder, 'closed', 'data'), { recursive: true, mode: 0o755 });
    chmodSync(join(folder, 'closed'), 0o700);
    const mounts = [{ path: join(folder, 'closed', 'data'), writable: true }];
    await assert.rejects(executor.start(launch(['true'], { mounts })), {
      name: 'LaunchRefused',
      message: /closed is closed to others/,
    });
    chmodSync(folder, 0o700);
    await using unconfined = await makeExecutor(runsDir, 'setpriv-root');
    assert.equal(unconfined.isolation.confined, false);
    assert.match(unconfined.isolation.reason, /is closed to the users that runs could have/);
  });
});

test('memory is limited without counting what is only reserved', async () => {
  const { kind } = await probeIsolation();
  await withExecutor(kind, async ({ run, runtime }) => {
    const hoard =
      'const all = []; for (let i = 0; i < 300; i++) all.push(Buffer.alloc(1e7, 1)); console.log("had it all")';
    const limits = { memoryBytes: 1_500_000_000 };
    const fine = await run(launch([runtime, '-e', 'console.log("fits")'], { limits }));
    assert.equal(fine.stdout, 'fits\n');
    const { stdout, exit } = await run(launch([runtime, '-e', hoard], { attempt: 2, limits }));
    assert.equal(stdout, '');
    assert.notEqual(exit.code, 0);
  });
});

test('what a program writes to /dev/stderr by name costs no line of the log', async () => {
  const { kind } = await probeIsolation();
  await withExecutor(kind, async ({ run }) => {
    const { stderr } = await run(
      launch(['sh', '-c', 'echo one >&2; (echo two > /dev/stderr); echo three >&2']),
    );
    assert.match(stderr, /^one\n(.*\n)?three\n$/);
  });
});
