import type { Clock } from '../../../../kernel/clock.ts';
import { familyOf, isAlive, send } from './processes.ts';

/** A process in an uninterruptible wait (a dead network disk) cannot be ended by anybody. */
const patienceMs = 10_000;

/** Ends what `find` finds and all descendants, again until a look finds nothing. */
export const endAll = async (
  find: () => readonly number[],
  clock: Pick<Clock, 'sleep' | 'elapsedMs'>,
): Promise<void> => {
  const deadline = clock.elapsedMs() + patienceMs;
  for (;;) {
    const found = find();
    if (found.length === 0) return;
    const family = familyOf(found);
    for (const { pid } of family) send(pid, 'KILL');
    if (clock.elapsedMs() > deadline) {
      throw new Error(`Processes could not be ended: ${family.map(({ pid }) => pid).join(', ')}`);
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
