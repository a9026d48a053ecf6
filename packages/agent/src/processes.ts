import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What all processes of the machine have used since each began, with those that they waited for. */
export interface ProcessTotals {
  readonly cpuSeconds: number;
  readonly ioBytes: number;
  /** One whose I/O may not be read has been at work since the reading before. */
  readonly hasHiddenIo: boolean;
}

/** USER_HZ: what the kernel counts in towards programs on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** utime, stime, cutime and cstime: fields 14 to 17, behind a name that may hold anything. */
export const parseTicks = (stat: string): number | undefined => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).map(Number);
  return ticks.length === 4 && ticks.every(Number.isFinite) ? ticks.reduce((a, b) => a + b) : undefined;
};

/** Bytes from and to disks. What a program writes counts when it writes, not when the kernel does. */
export const parseIo = (io: string): number | undefined => {
  const read = /^read_bytes: (\d+)$/m.exec(io)?.[1];
  const written = /^write_bytes: (\d+)$/m.exec(io)?.[1];
  return read === undefined || written === undefined ? undefined : Number(read) + Number(written);
};

/**
 * Reads them process by process: /proc/stat and /proc/diskstats speak of the whole host, which a rented container
 * shares with others.
 */
export const createProcessReader = (procFolder = '/proc') => {
  /** CPU ticks of those whose I/O may not be read. */
  let hiddenTicks: ReadonlyMap<string, number> | undefined;

  return async (): Promise<ProcessTotals | undefined> => {
    const names = (await readdir(procFolder)).filter((name) => /^\d+$/.test(name));
    let ticks = 0;
    let ioBytes = 0;
    let hasHiddenIo = false;
    const hidden = new Map<string, number>();
    for (const name of names) {
      const stat = await readFile(join(procFolder, name, 'stat'), 'latin1').catch(() => undefined);
      const own = stat === undefined ? undefined : parseTicks(stat);
      // It ended meanwhile: whoever waits for it has its figures.
      if (own === undefined) continue;
      ticks += own;
      try {
        ioBytes += parseIo(await readFile(join(procFolder, name, 'io'), 'latin1')) ?? 0;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'EACCES' && code !== 'EPERM') continue;
        hidden.set(name, own);
        // One that has not run has not read or written either.
        if (hiddenTicks !== undefined && own > (hiddenTicks.get(name) ?? 0)) hasHiddenIo = true;
      }
    }
    hiddenTicks = hidden;
    if (ticks === 0) return undefined;
    return { cpuSeconds: ticks / ticksPerSecond, ioBytes, hasHiddenIo };
  };
};
