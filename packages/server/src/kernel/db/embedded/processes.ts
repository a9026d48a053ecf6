import { readFile, readdir, readlink, stat } from 'node:fs/promises';
import { run } from './run.ts';

/**
 * What tells a process from a later one with the same pid: its start time. Undefined when there is no such process (a
 * zombie has ended already, although `kill(pid, 0)` still answers for it).
 */
export async function findStartTime(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const { stdout } = await run({ file: 'ps', args: ['-o', 'lstart=', '-p', String(pid)] });
    return stdout.trim().replaceAll(/\W+/g, '-') || undefined;
  }
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // proc(5): the name is in parentheses and may hold anything; after it, field 3 is the state, field 22 the start time.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  return text === '' || state === 'Z' || state === 'X' ? undefined : fields[19];
}

/** Whether the process is a PostgreSQL that works on this data folder. */
export async function isPostgresOf(pid: number, dataFolder: string): Promise<boolean> {
  if ((await findStartTime(pid)) === undefined) return false;
  if (process.platform !== 'linux') {
    const { stdout } = await run({ file: 'ps', args: ['-o', 'args=', '-p', String(pid)] });
    return stdout.includes('postgres') && stdout.includes(dataFolder);
  }
  try {
    const program = await readlink(`/proc/${pid}/exe`);
    if (!/\/postgres( \(deleted\))?$/.test(program)) return false;
    // By device and inode: inside a mount namespace the path is another.
    const [working, data] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(dataFolder)]);
    return working.dev === data.dev && working.ino === data.ino;
  } catch {
    return false;
  }
}

/** Every PostgreSQL process on this data folder that we may see: the postmaster and its children. Linux only, else none. */
export async function listPostgresOf(dataFolder: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const matches = await Promise.all(pids.map((pid) => isPostgresOf(pid, dataFolder)));
  return pids.filter((_, index) => matches[index]);
}
