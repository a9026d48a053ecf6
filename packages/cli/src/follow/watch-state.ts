import { UnreachableError } from '@dumont/contracts/client';
import { interruption } from '../failure.ts';
import type { Clock } from '../host.ts';

export interface StateWatch<State> {
  read(): Promise<State>;
  hasEnded(state: State): boolean;
  onState(state: State): Promise<void> | void;
}

const pollMs = 1000;
/** A server that restarts is waited for this long. */
const patienceMs = 120_000;

/**
 * Asks every second for something that goes on by itself, until it has ended. Throws an interruption when the user
 * leaves, and the failure to reach the server when that lasts.
 */
export const watchState = async <State>(
  deps: { readonly clock: Clock; readonly interrupted: AbortSignal },
  watch: StateWatch<State>,
): Promise<State> => {
  const { clock, interrupted } = deps;
  let reachedAt = clock.now().getTime();
  for (;;) {
    if (interrupted.aborted) throw interruption();
    try {
      const state = await watch.read();
      reachedAt = clock.now().getTime();
      await watch.onState(state);
      if (watch.hasEnded(state)) return state;
    } catch (error) {
      if (interrupted.aborted) throw interruption();
      if (!(error instanceof UnreachableError)) throw error;
      if (clock.now().getTime() - reachedAt > patienceMs) throw error;
    }
    await clock.sleep(pollMs, interrupted);
  }
};
