import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Clock } from './clock.ts';

/** Who runs, or would. */
export interface Holder {
  readonly pid: number;
  /** In the kernel's ticks since it booted: tells a process from a later one of the same number. */
  readonly startTicks: number;
  /** Of program and configuration together: the same one needs no second. */
  readonly hash: string;
}

export interface Lock extends AsyncDisposable {
  /** False when another agent has taken our place: then there is nothing left to do. */
  isOurs(): Promise<boolean>;
}

const patienceMs = 3000;
const lookMs = 50;

const startTicksOf = async (pid: number): Promise<number | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended.
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return Number(fields[19]);
};

export const describeSelf = async (hash: string): Promise<Holder> => ({
  pid: process.pid,
  startTicks: (await startTicksOf(process.pid)) ?? 0,
  hash,
});

const isAlive = async ({ pid, startTicks }: Holder): Promise<boolean> =>
  (await startTicksOf(pid)) === startTicks;

const isHolder = (value: unknown): value is Holder => {
  const { pid, startTicks, hash } = (value ?? {}) as Partial<Record<keyof Holder, unknown>>;
  return typeof pid === 'number' && typeof startTicks === 'number' && typeof hash === 'string';
};

const parse = (text: string): Holder | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const end = async (holder: Holder, clock: Clock, signal: AbortSignal): Promise<void> => {
  const kill = (name: NodeJS.Signals): void => {
    try {
      process.kill(holder.pid, name);
    } catch {
      // It has ended.
    }
  };
  kill('SIGTERM');
  const untilMs = clock.elapsedMs() + patienceMs;
  while ((await isAlive(holder)) && clock.elapsedMs() < untilMs) await clock.sleep(lookMs, signal);
  if (await isAlive(holder)) kill('SIGKILL');
  while ((await isAlive(holder)) && !signal.aborted) await clock.sleep(lookMs, signal);
};

/**
 * Becomes the one agent of the machine: the one of the program and configuration that are there now, whatever ran
 * before. Epochs do not decide: a server that has lost its books, or has old ones, knows lower ones than the machine.
 * `hashNow` reads again what is there. Undefined when the right one runs already, or when ours is out of date.
 */
export const takeLock = async (
  path: string,
  self: Holder,
  { clock, hashNow }: { readonly clock: Clock; hashNow(): Promise<string> },
  signal: AbortSignal,
): Promise<Lock | undefined> => {
  const own = `${path}.${self.pid}`;
  const text = JSON.stringify(self);
  await writeFile(own, text, { mode: 0o600 });
  try {
    while (!signal.aborted) {
      // A link is made whole or not at all, and never over another.
      const isTaken = await link(own, path).then(
        () => false,
        (error: unknown) => {
          if ((error as NodeJS.ErrnoException).code === 'EEXIST') return true;
          throw error;
        },
      );
      if (!isTaken) {
        return {
          isOurs: async () => (await readFile(path, 'utf8').catch(() => '')) === text,
          [Symbol.asyncDispose]: async () => {
            if ((await readFile(path, 'utf8').catch(() => '')) === text) await rm(path, { force: true });
          },
        };
      }
      const before = await readFile(path, 'utf8').catch(() => undefined);
      if (before === undefined) continue;
      const holder = parse(before);
      if (holder !== undefined && (await isAlive(holder))) {
        // Whoever wrote something newer has started, or is about to start, an agent for it.
        if (holder.hash === self.hash || (await hashNow()) !== self.hash) return undefined;
        await end(holder, clock, signal);
      }
      await removeStale(path, own, before);
    }
    return undefined;
  } finally {
    await rm(own, { force: true });
  }
};

/** Removes what was read there; when another agent has taken the place meanwhile, that is put back. */
const removeStale = async (path: string, own: string, before: string): Promise<void> => {
  const aside = `${own}.stale`;
  const isMoved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!isMoved) return;
  if ((await readFile(aside, 'utf8')) !== before) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
};
