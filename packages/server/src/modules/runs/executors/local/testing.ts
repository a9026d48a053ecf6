import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLogger } from '../../../../kernel/log.ts';
import type { ConformanceSubject } from '../conformance.ts';
import type { ByteSource, Exit, Launch } from '../executor.ts';
import type { IsolationKind } from './isolation.ts';
import { createLocalExecutor, type LocalExecutor } from './local.ts';

/** Support for this folder's tests. */
export const kindsHere: readonly IsolationKind[] =
  process.getuid?.() === 0
    ? ['bubblewrap-root', 'unshare-root', 'setpriv-root', 'none']
    : ['bubblewrap-user', 'none'];

/** The executor in one way to confine, whatever the probe would choose. */
export const makeExecutor = (runsDir: string, kind: IsolationKind, cgroup?: string): Promise<LocalExecutor> =>
  createLocalExecutor({
    runsDir,
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
) => {
  const folder = makeFolder();
  const runsDir = join(folder, 'runs');
  mkdirSync(runsDir, { mode: 0o700 });
  try {
    await using executor = await makeExecutor(runsDir, kind, cgroup);
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
