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

interface Memory {
  readonly serverMb: number;
  readonly postgresMb: number;
  readonly simulatorMb: number;
  readonly storefrontMb: number;
  /** The stand-in of the payment provider. */
  readonly paymentsMb: number;
}

const ownerOf = async ({ pid, name }: Process): Promise<keyof Memory> => {
  if (name.startsWith('postgres')) return 'postgresMb';
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (command.includes('apps/storefront/')) return 'storefrontMb';
  if (command.includes('bin/mercado-pago.ts')) return 'paymentsMb';
  return command.includes('bin/simulator.ts') ? 'simulatorMb' : 'serverMb';
};

/** Proportional memory of a server's processes; what runs beside it counts apart. */
export const memoryOf = async (serverPid: number): Promise<Memory> => {
  const sum = { serverMb: 0, postgresMb: 0, simulatorMb: 0, storefrontMb: 0, paymentsMb: 0 };
  for (const process of await listTree(serverPid))
    sum[await ownerOf(process)] += await proportionalMb(process.pid);
  return sum;
};
