import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { AttemptFolder } from './attempt-folder.ts';

// Processes of this host as /proc shows them; those inside a PID namespace are seen from outside under other
// numbers. Where there is no /proc (macOS) every list is empty.

/** A process that has ended and waits for its parent counts as gone. */
export const isAlive = (pid: number): boolean => {
  const stat = readStat(pid);
  return stat !== undefined && !isEnded(stat);
};

export interface Relative {
  readonly pid: number;
  readonly group: number;
}

/** All living descendants of the roots, and the roots themselves where they live. */
export const familyOf = (roots: Iterable<number>): Relative[] => {
  const living = new Map<number, Stat>();
  const children = new Map<number, number[]>();
  for (const pid of listPids()) {
    const stat = readStat(pid);
    if (stat === undefined || isEnded(stat)) continue;
    living.set(pid, stat);
    const siblings = children.get(stat.parent);
    if (siblings === undefined) children.set(stat.parent, [pid]);
    else siblings.push(pid);
  }
  const found = new Map<number, Relative>();
  const open = [...roots];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const stat = living.get(pid);
    if (stat === undefined || found.has(pid)) continue;
    found.set(pid, { pid, group: stat.group });
    open.push(...(children.get(pid) ?? []));
  }
  return [...found.values()];
};

/** Sends a signal to a process or, with a negative number, to a group; one that has gone is no error. */
export const send = (pid: number, signal: 'TERM' | 'KILL'): void => {
  try {
    process.kill(pid, `SIG${signal}`);
  } catch {
    // It ended first, or belongs to another user: whoever needs it gone looks again.
  }
};

/**
 * Processes that carry the attempt's mark: its work folder in their environment, which no other installation on
 * this host has even if it knows the same run (a restored database), or one of its log files as stdout or
 * stderr, which also finds a daemon that emptied its environment. A working folder is no mark: it may be the
 * shell of a person who looks at the files. For `since` see `listPids`.
 */
export const markedBy = (folder: AttemptFolder, since = 0): number[] => {
  const mark = Buffer.from(`\0DUMONT_WORK=${folder.work}\0`);
  const logs: readonly (string | undefined)[] = [folder.stdout, folder.stderr];
  return listPids(since).filter((pid) => {
    if (pid === process.pid) return false;
    if (readEnvironment(pid)?.includes(mark) === true) return true;
    return ['1', '2'].some((fd) => logs.includes(readLink(`/proc/${pid}/fd/${fd}`)));
  });
};

/** Living processes of a user, in any of its four ids. For `since` see `listPids`. */
export const ownedBy = (uid: number, since = 0): number[] =>
  listPids(since).filter((pid) => {
    const ids = /^Uid:\s+(.*)$/m.exec(readText(`/proc/${pid}/status`))?.[1]?.split(/\s+/) ?? [];
    return ids.includes(String(uid)) && isAlive(pid);
  });

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

/**
 * All process numbers, or those from `since` on, which makes a look a matter of microseconds. Numbers wrap, so
 * that is for what started just now.
 */
const listPids = (since = 0): number[] => {
  const oldest = since > newestPid() ? 0 : since;
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid >= oldest);
  } catch {
    return [];
  }
};

/** When a process started, as a text that tells it from every other one that had or will have its number. */
export const startOf = (pid: number): string | undefined => readStat(pid)?.start;

interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly start: string;
}

const isEnded = ({ state }: Stat): boolean => state === 'Z' || state === 'X';

const readStat = (pid: number): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name stands in parentheses and may hold any character, so count from the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return {
      state: fields[0] ?? 'X',
      parent: Number(fields[1]),
      group: Number(fields[2]),
      start: fields[19] ?? '',
    };
  } catch {
    return undefined;
  }
};

const readEnvironment = (pid: number): Buffer | undefined => {
  try {
    return Buffer.concat([Buffer.of(0), readFileSync(`/proc/${pid}/environ`)]);
  } catch {
    return undefined;
  }
};

const readLink = (path: string): string | undefined => {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
};

/** The number given out last; below an earlier one's number, the numbers have wrapped. */
const newestPid = (): number => {
  try {
    return Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1));
  } catch {
    return 0;
  }
};
