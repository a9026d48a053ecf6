import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { LaunchRefused } from '../executor.ts';
import { namelessFile, type AttemptFolder, type OpenLogs } from './attempt-folder.ts';
import type { StartPlan } from './start-plan.ts';

export interface Spawned {
  readonly child: ChildProcess;
  readonly pid: number;
}

/** Starts what the plan says, in a session of its own. The logs stay open here. */
export const spawnPlan = async (
  plan: StartPlan,
  folder: AttemptFolder,
  logs: OpenLogs,
  uid: number | undefined,
): Promise<Spawned> => {
  // The kernel ends a child with pdeathsig when the *thread* that spawned it ends.
  if (!isMainThread) throw new Error('Runs are started from the main thread only');
  const [program, ...args] = plan.argv;
  const script = plan.script === undefined ? undefined : namelessFile(folder, plan.script, uid);
  const status = plan.reportsStatus ? openSync(folder.status, 'wx', 0o600) : undefined;
  try {
    const child = spawn(program, args, {
      cwd: folder.work,
      env: { ...plan.environment },
      detached: true,
      stdio: [
        script ?? 'ignore',
        logs.stdout,
        logs.stderr,
        ...(status === undefined ? [] : [status]),
        ...(plan.watchesUs ? (['pipe'] as const) : []),
      ],
    });
    // The pipe ends with either side; neither end is an error to us.
    child.stdio[3]?.on('error', () => undefined);
    if (child.pid === undefined) {
      const [cause] = (await once(child, 'error')) as [NodeJS.ErrnoException];
      if (cause.code === 'E2BIG') {
        throw new LaunchRefused('The command and its environment are longer than the system takes', {
          cause,
        });
      }
      throw new Error(`The process could not be started: ${cause.message}`, { cause });
    }
    return { child, pid: child.pid };
  } finally {
    if (script !== undefined) closeSync(script);
    if (status !== undefined) closeSync(status);
  }
};
