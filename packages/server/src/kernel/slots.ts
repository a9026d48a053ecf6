import { AppError } from './errors.ts';

/** Work of which only so much may go on at once; the rest waits for its turn. */
export interface Slots {
  /** Throws `server.overloaded` when too many wait. */
  run<T>(work: () => Promise<T>): Promise<T>;
  readonly waiting: number;
}

export const createSlots = (limits: { maxInFlight: number; maxWaiting: number }): Slots => {
  const waiting: (() => void)[] = [];
  let inFlight = 0;

  const take = async (): Promise<void> => {
    if (inFlight < limits.maxInFlight) {
      inFlight += 1;
      return;
    }
    if (waiting.length >= limits.maxWaiting)
      throw new AppError('server.overloaded', { retryAfterSeconds: 2 });
    const turn = Promise.withResolvers<void>();
    waiting.push(turn.resolve);
    await turn.promise;
  };
  const give = (): void => {
    // The slot passes on directly: nobody who comes now overtakes who waits.
    const next = waiting.shift();
    if (next === undefined) inFlight -= 1;
    else next();
  };

  return {
    run: async (work) => {
      await take();
      try {
        return await work();
      } finally {
        give();
      }
    },
    get waiting() {
      return waiting.length;
    },
  };
};
