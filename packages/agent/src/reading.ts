import { readFile, statfs } from 'node:fs/promises';
import type { Clock } from './clock.ts';
import { readMemory, type Memory } from './memory.ts';
import { parseNetDev } from './network.ts';
import { createProcessReader, type ProcessTotals } from './processes.ts';
import { readTerminals, type Terminals } from './terminals.ts';

/** What the machine says of itself at one moment. Undefined: it could not be read. */
export interface Reading {
  readonly atMs: number;
  readonly totals: ProcessTotals | undefined;
  readonly networkBytes: number | undefined;
  readonly memory: Memory | undefined;
  readonly disk: { readonly usedBytes: number; readonly totalBytes: number } | undefined;
  readonly terminals: Terminals | undefined;
}

const textOf = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

/** In cgroups of version 2, the container's own; a machine of its own has no limit. */
const readOwnMemory = async (): Promise<{ limit: number; used: number } | undefined> => {
  const folder = '/sys/fs/cgroup';
  const limit = Number((await textOf(`${folder}/memory.max`)) ?? Number.NaN);
  const current = Number((await textOf(`${folder}/memory.current`)) ?? Number.NaN);
  const cached = Number(
    /^inactive_file (\d+)$/m.exec((await textOf(`${folder}/memory.stat`)) ?? '')?.[1] ?? 0,
  );
  return Number.isFinite(limit) && Number.isFinite(current)
    ? { limit, used: Math.max(0, current - cached) }
    : undefined;
};

const readDisk = async (): Promise<Reading['disk']> => {
  try {
    const { bsize, blocks, bavail } = await statfs('/');
    return { totalBytes: blocks * bsize, usedBytes: (blocks - bavail) * bsize };
  } catch {
    return undefined;
  }
};

/** @param ownTrafficBytes what the agent itself has sent and received by then, over an interface that counts */
export const createReader = (deps: {
  clock: Clock;
  ownTrafficBytes: () => number;
}): (() => Promise<Reading>) => {
  const readProcesses = createProcessReader();
  return async () => {
    const totals = await readProcesses().catch(() => undefined);
    const atMs = deps.clock.elapsedMs();
    const network = parseNetDev((await textOf('/proc/net/dev')) ?? '');
    return {
      atMs,
      totals,
      networkBytes: network === undefined ? undefined : network - deps.ownTrafficBytes(),
      memory: readMemory((await textOf('/proc/meminfo')) ?? '', await readOwnMemory()),
      disk: await readDisk(),
      terminals: await readTerminals(),
    };
  };
};
