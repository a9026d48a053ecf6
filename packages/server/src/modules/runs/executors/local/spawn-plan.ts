import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { LaunchRefused } from '../executor.ts';
import { namelessFile, openNewLog, type AttemptFolder } from './attempt-folder.ts';
import type { StartPlan } from './start-plan.ts';

export interface Spawned {
  readonly child: ChildProcess;
  readonly pid: number;
}

/** Behind input, outputs and status. */
const firstPipe = 4;

/** Where a process that waits for its launch hears of it: behind the pipe of its life, where it has one. */
export const handOverDescriptor = (hasNamespace: boolean): number =>
  hasNamespace ? firstPipe : firstPipe + 1;

/** Starts what the plan says, in a session of its own, with the attempt's logs as its output. */
export const spawnPlan = async (
  plan: StartPlan,
  folder: AttemptFolder,
  uid: number | undefined,
  waits = false,
): Promise<Spawned> => {
  // The kernel ends a child with pdeathsig when the *thread* that spawned it ends.
  if (!isMainThread) throw new Error('Runs are started from the main thread only');
  const [program, ...args] = plan.argv;
  using open = new DisposableStack();
  const keep = (fd: number): number => open.adopt(fd, closeSync);
  const stdin = plan.script === undefined ? 'ignore' : keep(namelessFile(folder, plan.script, uid));
  const outputs = [folder.stdout, folder.stderr].map((path) => keep(openNewLog(path)));
  const status = keep(openSync(folder.status, 'ax', 0o600));
  const life = plan.hasNamespace ? [] : (['pipe'] as const);
  const handOver = waits ? (['pipe'] as const) : [];
  try {
    const child = spawn(program, args, {
      cwd: folder.work,
      env: { ...plan.environment },
      detached: true,
      stdio: [stdin, ...outputs, status, ...life, ...handOver],
    });
    // A pipe ends with either side; neither end is an error to us.
    for (const pipe of pipesOf(child)) pipe?.on('error', () => undefined);
    if (child.pid === undefined) throw ((await once(child, 'error')) as [Error])[0];
    return { child, pid: child.pid };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'E2BIG') {
      throw new LaunchRefused('The command and its environment are longer than the system takes', { cause });
    }
    throw new Error(`The process could not be started: ${String(cause)}`, { cause });
  }
};

/** Those between us and the process: that of its life, that of its hand-over, each where there is one. */
export const pipesOf = (child: ChildProcess) => child.stdio.slice(firstPipe);
