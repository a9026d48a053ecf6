import type { Clock } from '../../../../kernel/clock.ts';
import { isPassing } from '../../../../kernel/db/passing-errors.ts';
import type { HoldRef, MachineHolds, SshConnection } from '../../../machines/index.ts';
import { isMachineUnreachable } from '../../../machines/index.ts';

/** The machine is gone, or was not reached for too long. */
export class MachineLost extends Error {
  override readonly name = 'MachineLost';
}

export interface AccessDeps {
  readonly machines: MachineHolds;
  readonly clock: Clock;
  /** A machine that was not reached for so long is given up. */
  readonly lostAfterMs: number;
}

const retryMs = 1000;

/** The machine of an attempt, entered as often as it takes. */
export interface Access {
  /**
   * Works in the machine, again from the beginning when the connection breaks. Rejects with `MachineLost`, or with the
   * signal's reason.
   */
  use<T>(work: (connection: SshConnection, signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Something was heard of the machine. */
  heard(): void;
}

export const createAccess = (
  { machines, clock, lostAfterMs }: AccessDeps,
  hold: HoldRef,
  held: { readonly machineId: string; readonly rentalId: string },
  signal: AbortSignal,
): Access => {
  const lost = new AbortController();
  const over = AbortSignal.any([signal, lost.signal]);
  let failingSinceMs: number | undefined;

  /** Another rental, or none: what ran is gone, whatever the machine is now. */
  const isThere = async (): Promise<boolean> => {
    const now = await machines.find(hold);
    return now?.kind === 'ready' && now.rentalId === held.rentalId;
  };
  const failed = async (): Promise<void> => {
    failingSinceMs ??= clock.elapsedMs();
    if (clock.elapsedMs() - failingSinceMs >= lostAfterMs)
      lost.abort(new MachineLost(`it did not answer for ${Math.round(lostAfterMs / 1000)} s`));
    // Where we cannot know, it is there.
    else if (!(await isThere().catch(() => true)))
      lost.abort(new MachineLost('it was taken away by its provider, or stopped'));
    else await clock.sleep(retryMs, over);
  };

  return {
    use: async (work) => {
      for (;;) {
        over.throwIfAborted();
        try {
          await using connection = await machines.enter(held.machineId, over);
          const done = await work(connection, over);
          failingSinceMs = undefined;
          return done;
        } catch (error) {
          over.throwIfAborted();
          if (!isMachineUnreachable(error) && !isPassing(error)) throw error;
          await failed();
        }
      }
    },
    heard: () => {
      failingSinceMs = undefined;
    },
  };
};
