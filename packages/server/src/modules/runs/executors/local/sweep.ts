import type { Clock } from '../../../../kernel/clock.ts';
import type { AttemptRef } from '../executor.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { familyOf, isAlive, markedBy, send } from './processes.ts';

/** A process in an uninterruptible wait (a dead network disk) cannot be ended by anybody. */
const patienceMs = 10_000;

/**
 * Ends every process that carries the attempt's mark and all their descendants, again until a look finds none.
 * `since` is the attempt's first process, given for an attempt so young that process numbers have not wrapped.
 */
export const endMarked = async (
  attempt: AttemptRef,
  folder: AttemptFolder,
  clock: Pick<Clock, 'sleep' | 'elapsedMs'>,
  since?: number,
): Promise<void> => {
  const deadline = clock.elapsedMs() + patienceMs;
  for (;;) {
    const marked = markedBy(attempt, [folder.stdout, folder.stderr], since);
    if (marked.length === 0) return;
    const family = familyOf(marked);
    for (const { pid } of family) send(pid, 'KILL');
    if (clock.elapsedMs() > deadline) {
      const pids = family.map(({ pid }) => pid).join(', ');
      throw new Error(`Processes of run ${attempt.runId} could not be ended: ${pids}`);
    }
    await clock.sleep(5);
  }
};

/** Ends the first process of a PID namespace and waits until the kernel has ended the rest of it. */
export const endNamespace = async (init: number, clock: Pick<Clock, 'sleep'>): Promise<void> => {
  // By far the most runs leave nothing: their init ends by itself in the same moment.
  for (let look = 0; isAlive(init); look += 1) {
    send(init, 'KILL');
    await clock.sleep(look < 20 ? 1 : 20);
  }
};
