import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../../../kernel/clock.ts';
import type { AttemptRef, Limits } from '../executor.ts';
import { getTool } from './tools.ts';

/** Runs' groups are children of this kind of name, so that what a crash left is recognised. */
const prefix = 'dumont-run-';

export const controllers = ['memory', 'cpu', 'pids'] as const;

/** What can be limited for the groups below this one. */
export const controllersOf = (path: string): readonly (typeof controllers)[number][] => {
  const given = wordsOf(join(path, 'cgroup.subtree_control'));
  return controllers.filter((name) => given.includes(name));
};

/**
 * A cgroup (version 2) in which we may make children that have limits, best one that has all of ours: our own where
 * it was delegated to us, the one around it (systemd's `DelegateSubgroup=`), or the topmost for root. Nothing is
 * moved to make one: processes that are not ours may live there. Undefined where there is none.
 */
export const findCgroup = (mount = '/sys/fs/cgroup', self = '/proc/self/cgroup'): string | undefined => {
  try {
    const own = /^0::(.*)$/m.exec(readFileSync(self, 'latin1'))?.[1] ?? '/';
    passOn(join(mount, dirname(own)), basename(own));
    const usable = [...new Set([own, dirname(own), '/'])].map((path) => join(mount, path)).filter(isUsable);
    return usable.find((path) => controllersOf(path).length === controllers.length) ?? usable[0];
  } catch {
    return undefined;
  }
};

/**
 * What is delegated comes with controllers that nothing below it has yet: to give them on is left to whom it was
 * delegated to. Where others have groups too, it was not to us.
 */
const passOn = (path: string, own: string): void => {
  const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (folders.some(({ name }) => name !== own && !name.startsWith(prefix))) return;
  const given = wordsOf(join(path, 'cgroup.controllers'));
  for (const name of controllers.filter((each) => given.includes(each))) {
    try {
      writeFileSync(join(path, 'cgroup.subtree_control'), `+${name}`);
    } catch {
      // It is not ours, or holds processes.
    }
  }
};

/** Tried with a real process: who may make a group may still not be allowed to enter it. */
const isUsable = (path: string): boolean => {
  if (!controllersOf(path).includes('memory')) return false;
  const child = join(path, `${prefix}probe-${process.pid}`);
  try {
    mkdirSync(child);
    try {
      const [program, ...args] = entering(child, [getTool('true')]);
      return spawnSync(program, args, { stdio: 'ignore', env: {} }).status === 0;
    } finally {
      rmdirSync(child);
    }
  } catch {
    return false;
  }
};

/** Removes the empty groups of runs that a crash left; those with a living process stay. */
export const removeEmptyCgroups = (parent: string): void => {
  for (const name of readdirSync(parent)) if (name.startsWith(prefix)) isRemoved(join(parent, name));
};

/** False where a process, or what the kernel has not yet put away of one, is in it. */
const isRemoved = (path: string): boolean => {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
};

const pathOf = (parent: string, { runId, attempt }: AttemptRef): string =>
  join(parent, `${prefix}${runId}-${attempt}`);

/** A process in an uninterruptible wait (a dead network disk) cannot be ended by anybody. */
const patienceMs = 10_000;

/** Ends whatever lives in the group of an attempt, and removes it. Never rejects. */
export const endRunCgroup = async (
  parent: string,
  attempt: AttemptRef,
  clock: Pick<Clock, 'sleep' | 'elapsedMs'>,
): Promise<void> => {
  const path = pathOf(parent, attempt);
  const deadline = clock.elapsedMs() + patienceMs;
  while (!isRemoved(path) && clock.elapsedMs() < deadline) {
    try {
      set(path, 'cgroup.kill', '1');
    } catch {
      // It went away meanwhile.
    }
    await clock.sleep(5);
  }
};

export interface RunCgroup {
  /** A command that enters the group and goes on as the command given. */
  enter(argv: readonly [string, ...string[]]): readonly [string, ...string[]];
  /**
   * Ends whatever is left in the group and removes it; true when a process of it was ended for want of memory.
   * Never rejects.
   */
  close(clock: Pick<Clock, 'sleep' | 'elapsedMs'>): Promise<boolean>;
}

/** CPU time is given out in periods of this length, the kernel's default, and in no less than that of one. */
const cpuPeriodMicroseconds = 100_000;
const leastCpuMicroseconds = 1000;
/** Threads count too. One that forks without end shall not take the host's: Linux has 32,768 where nobody asked for more. */
export const mostProcesses = 2048;

export const createRunCgroup = (parent: string, attempt: AttemptRef, limits: Limits): RunCgroup => {
  const path = pathOf(parent, attempt);
  mkdirSync(path);
  set(path, 'pids.max', String(mostProcesses));
  if (limits.memoryBytes !== undefined) {
    set(path, 'memory.max', String(limits.memoryBytes));
    set(path, 'memory.swap.max', '0');
    set(path, 'memory.oom.group', '1');
  }
  if (limits.cpu !== undefined) {
    const time = Math.max(Math.ceil(limits.cpu * cpuPeriodMicroseconds), leastCpuMicroseconds);
    set(path, 'cpu.max', `${time} ${cpuPeriodMicroseconds}`);
  }
  return {
    enter: (argv) => entering(path, argv),
    close: async (clock) => {
      const wasShort = countOf(join(path, 'memory.events'), 'oom_kill') > 0;
      await endRunCgroup(parent, attempt, clock);
      return wasShort;
    },
  };
};

/** Not every controller is given to every delegated group, nor swap to every kernel. */
const set = (path: string, name: string, value: string): void => {
  const file = join(path, name);
  if (existsSync(file)) writeFileSync(file, value);
};

const entering = (path: string, argv: readonly [string, ...string[]]): readonly [string, ...string[]] => [
  getTool('sh'),
  '-c',
  'echo $$ > "$0" && exec "$@"',
  join(path, 'cgroup.procs'),
  ...argv,
];

const wordsOf = (file: string): readonly string[] => {
  try {
    return readFileSync(file, 'latin1').trim().split(' ');
  } catch {
    return [];
  }
};

const countOf = (file: string, name: string): number => {
  try {
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(readFileSync(file, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};
