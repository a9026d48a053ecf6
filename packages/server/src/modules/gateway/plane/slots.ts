import type { Clock } from '../../../kernel/clock.ts';

/**
 * Places for requests at one service, one for each connection to it. Who comes when all are taken waits in line, but
 * neither behind many nor for long: told early, clients know that they are to come again, and nothing piles up.
 */
export interface Slots {
  /** True: one was free, and is taken. False: too many wait. Else whether one became free within so many ms. */
  take(waitMs: number): boolean | Promise<boolean>;
  /** Once for each that was taken. */
  release(): void;
  readonly hasFree: boolean;
}

export const createSlots = (options: {
  readonly slots: number;
  readonly mostWaiting: number;
  readonly clock: Clock;
}): Slots => {
  let free = options.slots;
  /** In the order in which they came. */
  const waiting = new Set<() => void>();

  const wait = (ms: number): Promise<boolean> => {
    const outcome = Promise.withResolvers<boolean>();
    const given = new AbortController();
    const begin = (): void => {
      given.abort();
      outcome.resolve(true);
    };
    waiting.add(begin);
    void options.clock.sleep(ms, given.signal).then(() => {
      if (waiting.delete(begin)) outcome.resolve(false);
    });
    return outcome.promise;
  };

  return {
    take: (waitMs) => {
      if (free > 0) {
        free -= 1;
        return true;
      }
      return waiting.size < options.mostWaiting && wait(waitMs);
    },
    release: () => {
      const [begin] = waiting;
      if (begin === undefined) {
        free += 1;
        return;
      }
      waiting.delete(begin);
      begin();
    },
    get hasFree() {
      return free > 0;
    },
  };
};
