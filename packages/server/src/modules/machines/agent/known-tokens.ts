import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { BeatStore, MachineOfToken } from './beat-store.ts';
import { hashAgentToken, isAgentToken } from './token.ts';

/** A rental that lost its charge is refused within this time. */
const knownForMs = 1000;
/** What a flood of invented tokens may take of memory and of one statement. */
const maxAtOnce = 1000;

interface Asked {
  readonly atMs: number;
  readonly machine: Promise<MachineOfToken | undefined>;
}

/**
 * Finds machines by their tokens. Those that come while the database answers are asked for together by the next
 * statement, and whoever comes again at once is not asked for again.
 */
export const createKnownTokens = (deps: { store: Pick<BeatStore, 'listByTokens'>; clock: Clock }) => {
  const known = new Map<string, Asked>();
  let waiting = new Map<string, PromiseWithResolvers<MachineOfToken | undefined>>();
  let isAsking = false;

  const forgetOld = (): void => {
    const oldestMs = deps.clock.elapsedMs() - knownForMs;
    for (const [key, { atMs }] of known) {
      // In the order of asking: all that follow are younger.
      if (atMs > oldestMs) return;
      known.delete(key);
    }
  };

  const askNext = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    while (waiting.size > 0) {
      const asked = waiting;
      waiting = new Map();
      try {
        const rows = await deps.store.listByTokens(
          [...asked.keys()].map((key) => Buffer.from(key, 'base64')),
        );
        const machines = new Map(rows.map((row) => [row.tokenSha256.toString('base64'), row]));
        for (const [key, { resolve }] of asked) resolve(machines.get(key));
      } catch (error) {
        for (const [key, { reject }] of asked) {
          known.delete(key);
          reject(error);
        }
      }
    }
    isAsking = false;
  };

  return {
    /** Throws `agent.token` for all but the token of the rental in charge of a machine. */
    get: async (token: string | undefined): Promise<MachineOfToken> => {
      if (token === undefined || !isAgentToken(token)) throw new AppError('agent.token');
      const key = hashAgentToken(token).toString('base64');
      forgetOld();
      let asked = known.get(key);
      if (asked === undefined) {
        if (waiting.size >= maxAtOnce) throw new AppError('server.overloaded', { retryAfterSeconds: 10 });
        const answer = Promise.withResolvers<MachineOfToken | undefined>();
        waiting.set(key, answer);
        asked = { atMs: deps.clock.elapsedMs(), machine: answer.promise };
        known.set(key, asked);
        void askNext();
      }
      const machine = await asked.machine;
      if (machine === undefined) throw new AppError('agent.token');
      return machine;
    },
  };
};
