import { readdir, readFile } from 'node:fs/promises';
import { listTree } from './process-memory.ts';

const ticksPerSecond = 100;

/** Seconds on a processor that a server's processes have used so far, those of its PostgreSQL counted apart. */
export const cpuSecondsOf = async (serverPid: number): Promise<{ server: number; postgres: number }> => {
  const sum = { server: 0, postgres: 0 };
  for (const { pid, name } of await listTree(serverPid)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // With children that have ended: PostgreSQL's workers come and go.
    const ticks = fields.slice(11, 15).reduce((total, field) => total + Number(field), 0);
    sum[name.startsWith('postgres') ? 'postgres' : 'server'] += ticks / ticksPerSecond;
  }
  return sum;
};

/** Milliseconds that all threads of a process ran, those that live. */
export const threadsMs = async (pid: number): Promise<number> => {
  const tasks = await readdir(`/proc/${pid}/task`);
  const ran = await Promise.all(
    tasks.map(async (task) => {
      // A thread may end between being listed and being read.
      const text = await readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8').catch(() => '0');
      return Number(text.split(' ')[0]) / 1e6;
    }),
  );
  return ran.reduce((sum, each) => sum + each, 0);
};

/** Milliseconds that the main thread of a process, where its event loop turns, ran. */
export const mainThreadMs = async (pid: number): Promise<number> => {
  const [ranNanoseconds] = (await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ');
  return Number(ranNanoseconds) / 1e6;
};
