import { createHash } from 'node:crypto';
import type { Clock } from '../../../kernel/clock.ts';
import { startLeasedWorker, type Lease } from '../../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Random } from '../../../kernel/random.ts';
import { writeAuthorizedKeys, type KeysFor } from '../inside/authorized-keys.ts';
import { isMachineUnreachable } from '../inside/unreachable.ts';
import type { SshConnection } from '../ssh/connection.ts';
import type { KeyRow, KeyStore } from './key-store.ts';

const pollMs = 2000;
/** Compared without being told of a change: a look into the database, and into the machine only where they differ. */
const compareMs = 5 * 60_000;
const againMs = 5000;
const longestAgainMs = 120_000;
const concurrency = 50;

/**
 * Keeps the keys of owners in their machines that run. A change is told by the database and written at once; one that
 * nobody heard of, since every process was down, is found by comparing all when a process starts.
 */
export const startKeys = (deps: {
  readonly store: KeyStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly keysFor: KeysFor;
  /** The machine's present connection, shared. */
  enter(machineId: string, signal: AbortSignal): Promise<SshConnection>;
  /** Calls for a user whose keys or whose state changed, with undefined where any may have. Answers how to end it. */
  onUserChange(handler: (userId: string | undefined) => void): () => void;
}): AsyncDisposable => {
  const { store, clock, log } = deps;

  const write = async (row: KeyRow, keys: readonly string[], signal: AbortSignal): Promise<boolean> => {
    try {
      await using connection = await deps.enter(row.id, signal);
      if (await writeAuthorizedKeys(connection, keys, signal)) return true;
      log.info({ machineId: row.id }, 'a machine did not take the keys of its owner');
    } catch (error) {
      if (!isMachineUnreachable(error)) throw error;
      log.debug(
        { error, machineId: row.id },
        'a machine could not be entered to write the keys of its owner',
      );
    }
    return false;
  };

  const work = async (row: KeyRow, { token, signal }: Lease): Promise<void> => {
    const keys = await deps.keysFor(row);
    const sha256 = createHash('sha256').update(keys.join('\n')).digest();
    const isThere = row.writtenSha256?.equals(sha256) === true || (await write(row, keys, signal));
    if (signal.aborted) return;
    const now = clock.now().getTime();
    const retryMs = Math.min(longestAgainMs, againMs * 2 ** Math.min(row.tries, 10));
    await store.release(
      row,
      token,
      isThere
        ? { writtenSha256: sha256, tries: 0 }
        : { writtenSha256: row.writtenSha256, tries: row.tries + 1 },
      new Date(now + (isThere ? compareMs : retryMs * (1 + deps.random.float() / 4))),
    );
  };

  const worker = startLeasedWorker(
    { name: 'keys of machines', concurrency, pollMs, claim: store.claim, renew: store.renew, work },
    deps,
  );
  const compare = (ownerId: string | undefined): void => {
    void store
      .makeDue(ownerId, clock.now())
      .then(worker.wake)
      .catch((error: unknown) => log.warn({ error }, 'keys of machines could not be compared at once'));
  };
  const unlisten = deps.onUserChange(compare);
  compare(undefined);
  return {
    [Symbol.asyncDispose]: async () => {
      unlisten();
      await worker[Symbol.asyncDispose]();
    },
  };
};
