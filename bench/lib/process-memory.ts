import { readdir, readFile } from 'node:fs/promises';

interface Process {
  readonly pid: number;
  readonly parentPid: number;
  readonly name: string;
}

const readProcess = async (pid: number): Promise<Process | undefined> => {
  // A process may end between being listed and being read.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const found = /^\d+ \((.*)\) \S (\d+)/s.exec(stat);
  return found === null ? undefined : { pid, name: found[1] ?? '', parentPid: Number(found[2]) };
};

/** The process and everything that descends from it. */
export const listTree = async (rootPid: number): Promise<Process[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = (await Promise.all(pids.map(readProcess))).filter((process) => process !== undefined);
  const tree = all.filter(({ pid }) => pid === rootPid);
  for (const parent of tree) tree.push(...all.filter(({ parentPid }) => parentPid === parent.pid));
  return tree;
};

/** Proportional set size in MB: pages shared by several processes count once between them. */
const proportionalMb = async (pid: number): Promise<number> => {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
};

/** Proportional memory of a server's processes, those of its PostgreSQL counted apart. */
export const memoryOf = async (serverPid: number): Promise<{ serverMb: number; postgresMb: number }> => {
  const sum = { serverMb: 0, postgresMb: 0 };
  for (const { pid, name } of await listTree(serverPid)) {
    sum[name.startsWith('postgres') ? 'postgresMb' : 'serverMb'] += await proportionalMb(pid);
  }
  return sum;
};
