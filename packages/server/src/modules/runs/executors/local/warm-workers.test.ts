import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { waitFor } from '../../../../../test/wait.ts';
import { systemClock } from '../../../../kernel/clock.ts';
import type { Launch, ModuleLaunch } from '../executor.ts';
import { findObstacle } from './probe.ts';
import { kindsHere, waitingIn, withExecutor, type ExecutorTest } from './testing.ts';

/** Says when its process was made, what it is given, and what it finds. */
const main = `
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { count } from './lib.mjs';
const { DUMONT_RUN, DUMONT_ATTEMPT, DUMONT_WORK, DUMONT_OUTPUT, TMPDIR, HOME, ASKED } = process.env;
const [config] = process.argv.slice(-1);
const relative = (path) => path.replace(DUMONT_WORK, '<work>');
console.log(JSON.stringify({
  madeAt: performance.timeOrigin,
  run: [DUMONT_RUN, DUMONT_ATTEMPT, relative(HOME), ASKED],
  folders: [DUMONT_WORK, DUMONT_OUTPUT, TMPDIR].map((path) => statSync(path).isDirectory()),
  names: Object.keys(process.env).toSorted(),
  main: [import.meta.main, process.argv[1], process.cwd()],
  arguments: process.argv.slice(2).map(relative),
  options: process.execArgv,
  config: [readFileSync(config, 'utf8'), (statSync(config).mode & 0o777).toString(8)],
  work: readdirSync(DUMONT_WORK),
  inherited: execFileSync('sh', ['-c', 'ls /proc/self/fd; env -u _ | cut -d= -f1 | sort'], { encoding: 'utf8' }),
  count: count(),
}));
process.exit(7);
`;
const lib = (start: number) => `let counted = ${start}; export const count = () => ++counted;`;

interface Heard {
  readonly madeAt: number;
  readonly run: readonly string[];
  readonly count: number;
}

const writeApp = (folder: string): string => {
  const app = join(folder, 'app');
  mkdirSync(app, { mode: 0o755 });
  writeFileSync(join(app, 'main.mjs'), main, { mode: 0o644 });
  writeFileSync(join(app, 'lib.mjs'), lib(0), { mode: 0o644 });
  return app;
};

const launchOf = (runtime: string, app: string, runId: string, more: Partial<Launch> = {}): Launch => {
  const words = ['one', 'two words', '--config'];
  const module: ModuleLaunch = {
    options: ['--max-semi-space-size=4'],
    folder: app,
    main: 'main.mjs',
    preload: ['lib.mjs'],
    arguments: [...words, { workFile: 'config.json' }],
  };
  const script = 'cd "$0" && exec "$@" "$DUMONT_WORK/config.json"';
  return {
    runId,
    attempt: 1,
    command: ['sh', '-c', script, app, runtime, ...module.options, module.main, ...words],
    module,
    environment: { ASKED: 'yes' },
    files: [{ name: 'config.json', content: runId }],
    mounts: [{ path: app, writable: false }],
    limits: { fileSizeBytes: 1_000_000 },
    ...more,
  };
};

/** Runs it, and tells whether its process was there before it was asked for. */
const hear = async ({ run }: ExecutorTest, launch: Launch) => {
  const askedAt = Date.now();
  const { exit, stdout, stderr } = await run(launch);
  assert.equal(stderr, '');
  assert.deepEqual(exit, { code: 7, signal: null });
  const { madeAt, ...heard } = JSON.parse(stdout) as Heard;
  return { isWarm: madeAt < askedAt, heard };
};

for (const kind of kindsHere) {
  const forEachKind = (name: string, body: (here: ExecutorTest, app: string) => Promise<void>): void =>
    void test(`${name} (${kind})`, async (t) => {
      const obstacle = kind === 'none' ? undefined : await findObstacle(kind);
      if (obstacle !== undefined) return t.skip(obstacle);
      await withExecutor(kind, (here) => body(here, writeApp(here.folder)));
    });

  forEachKind('a warm start gives a module just what a cold one does', async (here, app) => {
    const launch = launchOf(here.runtime, app, 'same');
    const cold = await hear(here, launch);
    assert.equal(cold.isWarm, false);
    await here.executor.expect(launch);
    const warm = await hear(here, { ...launch, attempt: 2 });
    assert.equal(warm.isWarm, true);
    assert.deepEqual(warm.heard, { ...cold.heard, run: ['same', '2', '<work>', 'yes'] });
    await here.executor.expect(launch);
    const again = await hear(here, launchOf(here.runtime, app, 'other'));
    assert.equal(again.isWarm, true);
    assert.equal(again.heard.count, 1);
  });

  forEachKind('a file that was imported in advance and then changed is imported anew', async (here, app) => {
    const launch = launchOf(here.runtime, app, 'changed');
    await here.executor.expect(launch);
    const first = await hear(here, launch);
    assert.deepEqual([first.isWarm, first.heard.count], [true, 1]);
    await here.executor.expect(launch);
    writeFileSync(join(app, 'lib.mjs'), lib(40));
    const second = await hear(here, { ...launch, attempt: 2 });
    assert.equal(second.heard.count, 41);
    assert.deepEqual(
      { ...second.heard, count: 1 },
      { ...first.heard, run: ['changed', '2', '<work>', 'yes'] },
    );
  });

  forEachKind(
    'a launch that differs in what a process has from its start on starts cold',
    async (here, app) => {
      const launch = launchOf(here.runtime, app, 'differs');
      const different: Partial<Launch>[] = [
        { environment: { ASKED: 'no' } },
        { limits: {} },
        { mounts: [{ path: app, writable: true }] },
      ];
      let attempt = 0;
      for (const more of different) {
        await here.executor.expect(launch);
        attempt += 1;
        const { isWarm } = await hear(here, { ...launch, attempt, ...more });
        assert.equal(isWarm, false, JSON.stringify(more));
      }
    },
  );
}

test('few wait at the same time, the oldest gives way', async () => {
  await withExecutor('none', async (here) => {
    const app = writeApp(here.folder);
    const launches = ['a', 'b', 'c'].map((asked) =>
      launchOf(here.runtime, app, asked, { environment: { ASKED: asked } }),
    );
    await Promise.all(launches.slice(0, 2).map((launch) => here.executor.expect(launch)));
    assert.equal(waitingIn(here.runsDir).length, 2);
    for (const launch of launches) await here.executor.expect(launch);
    assert.equal(waitingIn(here.runsDir).length, 2);
    const areWarm: boolean[] = [];
    for (const launch of launches.toReversed()) areWarm.push((await hear(here, launch)).isWarm);
    assert.deepEqual(areWarm, [true, true, false]);
  });
});

test('one that nobody needs for a while is ended, and one that never gets ready', async () => {
  const passed = Promise.withResolvers<void>();
  const clock = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal): Promise<void> =>
      ms < 60_000 ? systemClock.sleep(ms, signal) : passed.promise,
  };
  await withExecutor(
    'none',
    async (here) => {
      const app = writeApp(here.folder);
      await here.executor.expect(launchOf(here.runtime, app, 'unused'));
      writeFileSync(join(app, 'lib.mjs'), 'await new Promise(() => setInterval(() => undefined, 1000));');
      const stuck = here.executor.expect(launchOf(here.runtime, app, 'stuck', { environment: {} }));
      await waitFor('both to be there', () => waitingIn(here.runsDir).length === 2);
      passed.resolve();
      await stuck;
      await waitFor('both to be gone', () => waitingIn(here.runsDir).length === 0);
    },
    undefined,
    clock,
  );
});

test('where a module cannot be imported in advance, none waits and the run tells why', async () => {
  await withExecutor('none', async (here) => {
    const app = writeApp(here.folder);
    writeFileSync(join(app, 'lib.mjs'), `${lib(0)} throw new Error('broken lib');`);
    const launch = launchOf(here.runtime, app, 'broken');
    await here.executor.expect(launch);
    assert.deepEqual(waitingIn(here.runsDir), []);
    const { exit, stderr } = await here.run(launch);
    assert.deepEqual(exit, { code: 1, signal: null });
    assert.match(stderr, /broken lib/);
  });
});
