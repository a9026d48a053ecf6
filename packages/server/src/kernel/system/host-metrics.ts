import { readFileSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics.ts';

/** A share of less time than this says little: whoever asks again so soon gets the last answer. */
const leastMs = 2000;

/** How busy the host is, whose memory and processors runs use as well, and what limits this process. */
export const registerHostMetrics = (metrics: Metrics, clock: Clock): void => {
  metrics.gauge(
    'dumont_cpu_busy_ratio',
    'Busy share of all processors of the host since it was last asked',
    [],
    createBusyShare(() => cpus().map(({ times }) => times), clock),
  );
  metrics.gauge(
    'dumont_memory_used_ratio',
    'Used share of the memory of the host, or of the limit that this process has below it; caches are not counted',
    [],
    () => usedMemoryRatio(),
  );
};

interface Times {
  readonly user: number;
  readonly nice: number;
  readonly sys: number;
  readonly idle: number;
  readonly irq: number;
}

/** Answers the share of time, from 0 to 1, in which processors were not idle; NaN until that can be told. */
export const createBusyShare = (read: () => readonly Times[], clock: Pick<Clock, 'elapsedMs'>) => {
  const add = (times: readonly Times[]): { busy: number; idle: number } =>
    times.reduce(
      ({ busy, idle }, { user, nice, sys, irq, idle: free }) => ({
        busy: busy + user + nice + sys + irq,
        idle: idle + free,
      }),
      { busy: 0, idle: 0 },
    );
  let before = add(read());
  let readMs = clock.elapsedMs();
  let share = Number.NaN;
  return (): number => {
    if (clock.elapsedMs() - readMs < leastMs) return share;
    const now = add(read());
    const busy = now.busy - before.busy;
    const all = busy + now.idle - before.idle;
    before = now;
    readMs = clock.elapsedMs();
    // A host that does not tell its times (some sandboxes answer zeros) is unknown, not idle.
    share = all > 0 ? Math.min(1, Math.max(0, busy / all)) : Number.NaN;
    return share;
  };
};

const usedMemoryRatio = (): number => {
  const limit = process.constrainedMemory();
  if (limit > 0 && limit < totalmem()) {
    const used = usedOfGroup();
    if (used !== undefined) return used / limit;
  }
  return 1 - freemem() / totalmem();
};

/**
 * What the control group of this process uses, without the cache of files that was not touched of late: the kernel
 * takes that back before it ends a process, so it is not counted (Kubernetes counts the same).
 */
const usedOfGroup = (): number | undefined => {
  try {
    const used = Number(readFileSync('/sys/fs/cgroup/memory.current', 'utf8'));
    const cache = /^inactive_file (\d+)$/m.exec(readFileSync('/sys/fs/cgroup/memory.stat', 'utf8'))?.[1];
    return used - Number(cache ?? 0);
  } catch {
    return undefined;
  }
};
