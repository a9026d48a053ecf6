import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AttemptRef, Limits } from '../executor.ts';
import { getTool } from './tools.ts';

/** Runs' groups are children of this kind of name, so that what a crash left is recognised. */
const prefix = 'dumont-run-';

/**
 * A cgroup (version 2) in which we may make children that have memory and CPU limits: our own where it was
 * delegated to us, the one around it (systemd's `DelegateSubgroup=`), or the topmost for root. Nothing is moved
 * to make one: processes that are not ours may live there. Undefined where there is none.
 */
export const findCgroup = (mount = '/sys/fs/cgroup', self = '/proc/self/cgroup'): string | undefined => {
  try {
    const own = /^0::(.*)$/m.exec(readFileSync(self, 'latin1'))?.[1] ?? '/';
    return [...new Set([own, dirname(own), '/'])].map((path) => join(mount, path)).find(isUsable);
  } catch {
    return undefined;
  }
};

const isUsable = (path: string): boolean => {
  const child = join(path, `${prefix}probe-${process.pid}`);
  try {
    const controllers = readFileSync(join(path, 'cgroup.subtree_control'), 'latin1').trim().split(' ');
    if (!controllers.includes('memory')) return false;
    mkdirSync(child);
    try {
      return existsSync(join(child, 'memory.max'));
    } finally {
      rmdirSync(child);
    }
  } catch {
    return false;
  }
};

/** Removes the empty groups of runs that a crash left; those with a living process stay. */
export const removeEmptyCgroups = (parent: string): void => {
  for (const name of readdirSync(parent)) if (name.startsWith(prefix)) removeCgroup(join(parent, name));
};

const removeCgroup = (path: string): void => {
  try {
    rmdirSync(path);
  } catch {
    // A process lives in it, or it is gone already.
  }
};

export interface RunCgroup {
  /** A command that enters the group and goes on as the command given. */
  enter(argv: readonly [string, ...string[]]): readonly [string, ...string[]];
  /** Removes the group; true when a process of it was ended for want of memory. */
  close(): boolean;
}

/** CPU time is given out in periods of this length, the kernel's default. */
const cpuPeriodMicroseconds = 100_000;

export const createRunCgroup = (parent: string, attempt: AttemptRef, limits: Limits): RunCgroup => {
  const path = join(parent, `${prefix}${attempt.runId}-${attempt.attempt}`);
  mkdirSync(path);
  const set = (name: string, value: string): void => {
    const file = join(path, name);
    // Not every controller is given to every delegated group, nor swap to every kernel.
    if (existsSync(file)) writeFileSync(file, value);
  };
  if (limits.memoryBytes !== undefined) {
    set('memory.max', String(limits.memoryBytes));
    set('memory.swap.max', '0');
    set('memory.oom.group', '1');
  }
  if (limits.cpu !== undefined) {
    set('cpu.max', `${Math.ceil(limits.cpu * cpuPeriodMicroseconds)} ${cpuPeriodMicroseconds}`);
  }
  return {
    enter: (argv) => [
      getTool('sh'),
      '-c',
      'echo $$ > "$0" && exec "$@"',
      join(path, 'cgroup.procs'),
      ...argv,
    ],
    close: () => {
      const wasShort = countOf(join(path, 'memory.events'), 'oom_kill') > 0;
      removeCgroup(path);
      return wasShort;
    },
  };
};

const countOf = (file: string, name: string): number => {
  try {
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(readFileSync(file, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};
