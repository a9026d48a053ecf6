import { unlessAborted } from './unless-aborted.ts';

export interface Turns {
  /** Resolves with what gives the place back, first come, first served. Rejects with the signal's reason. */
  take(signal?: AbortSignal): Promise<() => void>;
  /** How many places are taken. */
  readonly taken: number;
  setLimit(limit: number): void;
}

/** Lets so many in at once. */
export const createTurns = (firstLimit: number): Turns => {
  let limit = firstLimit;
  let taken = 0;
  const waiting: (() => void)[] = [];

  const letIn = (): void => {
    while (taken < limit && waiting.length > 0) {
      taken += 1;
      waiting.shift()?.();
    }
  };

  const place = (): (() => void) => {
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      taken -= 1;
      letIn();
    };
  };

  return {
    take: async (signal) => {
      signal?.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<() => void>();
      const enter = (): void => resolve(place());
      waiting.push(enter);
      letIn();
      if (signal === undefined) return promise;
      try {
        return await unlessAborted(promise, signal);
      } catch (error) {
        const at = waiting.indexOf(enter);
        // It came in at the same moment.
        if (at === -1) (await promise)();
        else waiting.splice(at, 1);
        throw error;
      }
    },
    get taken() {
      return taken;
    },
    setLimit: (next) => {
      limit = next;
      letIn();
    },
  };
};
