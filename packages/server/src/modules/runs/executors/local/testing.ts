import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock, type Clock } from '../../../../kernel/clock.ts';
import { createLogger } from '../../../../kernel/log.ts';
import type { ConformanceSubject } from '../conformance.ts';
import type { ByteSource, Exit, Launch } from '../executor.ts';
import { folderAt, type AttemptFolder } from './attempt-folder.ts';
import { checkLaunch } from './environment.ts';
import type { IsolationKind } from './isolation.ts';
import { createLocalExecutor, type LocalExecutor } from './local.ts';

/** Support for this folder's tests. */
export const kindsHere: readonly IsolationKind[] =
  process.getuid?.() === 0
    ? ['bubblewrap-root', 'unshare-root', 'setpriv-root', 'none']
    : ['bubblewrap-user', 'none'];

/** The executor in one way to confine, whatever the probe would choose. */
export const makeExecutor = (
  runsDir: string,
  kind: IsolationKind,
  cgroup?: string,
  clock: Pick<Clock, 'sleep' | 'elapsedMs'> = systemClock,
): Promise<LocalExecutor> =>
  createLocalExecutor({
    runsDir,
    clock,
    runtimeFolders: [dirname(process.execPath)],
    log: createLogger('silent'),
    isolation: {
      kind,
      confined: kind !== 'none',
      reason: 'chosen by the test',
      ...(cgroup === undefined ? {} : { cgroup }),
    },
  });

export const makeSubject = async (kind: IsolationKind): Promise<ConformanceSubject> => {
  const folder = makeFolder();
  const executor = await makeExecutor(folder, kind);
  return {
    executor,
    successor: () => makeExecutor(folder, kind),
    [Symbol.asyncDispose]: async () => {
      await executor[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/**
 * A module that becomes the command that it is given, so that a process which waits can be handed any command.
 * Node ignores some signals, and what is ignored is inherited.
 */
export const writeCommandModule = (folder: string): string => {
  const app = join(folder, 'app');
  mkdirSync(app, { mode: 0o755 });
  const program = `
    process.chdir(process.env.DUMONT_WORK);
    const shell = ['sh', '-c', 'exec "$@"', 'sh', ...process.argv.slice(2)];
    process.execve('/usr/bin/env', ['env', '--default-signal', ...shell]);`;
  writeFileSync(join(app, 'main.mjs'), program, { mode: 0o644 });
  return app;
};

/** The same launch by way of that module. */
export const byModule = (launch: Launch, app: string): Launch => ({
  ...launch,
  command: ['sh', '-c', 'cd "$0" && exec "$@"', app, process.execPath, 'main.mjs', ...launch.command],
  mounts: [...launch.mounts, { path: app, writable: false }],
  module: { options: [], folder: app, main: 'main.mjs', preload: [], arguments: launch.command },
});

/** The executor with a process that waits for each launch before it is asked for it. */
const alwaysWarm = (executor: LocalExecutor, app: string): LocalExecutor => ({
  ...executor,
  start: async (asked) => {
    // What is refused is refused by its own words.
    if (!isLaunchable(asked)) return executor.start(asked);
    const launch = byModule(asked, app);
    await executor.expect(launch);
    return executor.start(launch);
  },
  [Symbol.asyncDispose]: () => executor[Symbol.asyncDispose](),
});

const isLaunchable = (launch: Launch): boolean => {
  try {
    checkLaunch(launch);
    return true;
  } catch {
    return false;
  }
};

/** The folders of the processes that wait for a launch. */
export const waitingIn = (runsDir: string): readonly AttemptFolder[] => {
  const parent = join(runsDir, '.warm');
  return existsSync(parent) ? readdirSync(parent).map((name) => folderAt(join(parent, name))) : [];
};

export const makeWarmSubject = async (kind: IsolationKind): Promise<ConformanceSubject> => {
  const folder = makeFolder();
  const runsDir = join(folder, 'runs');
  const executor = await makeExecutor(runsDir, kind);
  return {
    executor: alwaysWarm(executor, writeCommandModule(folder)),
    successor: () => makeExecutor(runsDir, kind),
    [Symbol.asyncDispose]: async () => {
      await executor[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export interface ExecutorTest {
  readonly executor: LocalExecutor;
  /** A folder of the test's own; the executor keeps its runs in `runsDir` below it. */
  readonly folder: string;
  readonly runsDir: string;
  /** Node, where runs see it. */
  readonly runtime: string;
  run(launch: Launch): Promise<{ exit: Exit; stdout: string; stderr: string }>;
}

export const withExecutor = async (
  kind: IsolationKind,
  body: (test: ExecutorTest) => Promise<void>,
  cgroup?: string,
  clock?: Pick<Clock, 'sleep' | 'elapsedMs'>,
) => {
  const folder = makeFolder();
  const runsDir = join(folder, 'runs');
  mkdirSync(runsDir, { mode: 0o700 });
  try {
    await using executor = await makeExecutor(runsDir, kind, cgroup, clock);
    await body({
      executor,
      folder,
      runsDir,
      runtime: process.execPath,
      run: async (launch) => {
        const execution = await executor.start(launch);
        const exit = await execution.exited;
        return { exit, stdout: await textOf(execution.stdout), stderr: await textOf(execution.stderr) };
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const textOf = async (source: ByteSource): Promise<string> =>
  Buffer.from(await source.read(0, 64_000_000)).toString();

const makeFolder = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dumont-runs-')));
  // Another user may pass, as in a data folder that is not closed.
  chmodSync(folder, 0o711);
  return folder;
};
