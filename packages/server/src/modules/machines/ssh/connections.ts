import type { Clock } from '../../../kernel/clock.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Random } from '../../../kernel/random.ts';
import { connect, type SshConnection } from './connection.ts';
import { isSameHostKey } from './host-key.ts';
import type { SshTarget } from './target.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface Connections extends AsyncDisposable {
  /**
   * A machine's connection, shared with everyone who uses it at the moment; disposing gives it back, after all that was
   * opened by it. It is made anew when it has broken or the machine is entered in another way. Rejects with `SshError`, or with the signal's reason.
   */
  use(machineId: string, target: SshTarget, signal: AbortSignal): Promise<SshConnection>;
}

/** A loaded machine far away answers a handshake within a few seconds. */
const connectMs = 15_000;
/** Between two steps of the same work. */
const idleMs = 60_000;

interface Shared {
  readonly target: SshTarget;
  readonly connecting: Promise<SshConnection>;
  /** Once connected. */
  hostKey: string | undefined;
  users: number;
  /** Ends the wait for another user. */
  idle: AbortController;
  close(): Promise<void>;
}

export const createConnections = (deps: {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}): Connections => {
  const { clock, log } = deps;
  /** Those that a new user gets. */
  const machines = new Map<string, Shared>();
  const all = new Set<Shared>();
  let isDisposed = false;

  const open = (machineId: string, target: SshTarget): Shared => {
    const stop = new AbortController();
    const connecting = connect(target, { ...deps, timeoutMs: connectMs }, stop.signal);
    const retire = (): void => {
      if (machines.get(machineId) === shared) machines.delete(machineId);
      shared.idle.abort();
    };
    const shared: Shared = {
      target,
      connecting,
      hostKey: target.hostKey,
      users: 0,
      idle: new AbortController(),
      close: async () => {
        retire();
        stop.abort(new Error('nobody uses the connection any more'));
        await ended;
      },
    };
    const live = async (): Promise<void> => {
      const connection = await connecting;
      shared.hostKey = connection.hostKey;
      // Before anyone who waits for the same end asks for another.
      void connection.closed.then(retire);
      log.debug({ machineId, address: connection.address }, 'connected to the machine');
      const stopped = Promise.withResolvers<void>();
      stop.signal.addEventListener('abort', () => stopped.resolve());
      if (!stop.signal.aborted) await Promise.race([connection.closed, stopped.promise]);
      await connection[Symbol.asyncDispose]();
      log.debug({ machineId }, 'the connection to the machine has ended');
    };
    const ended = live()
      // Each user of `connecting` is told.
      .catch(() => undefined)
      .finally(() => {
        retire();
        all.delete(shared);
      });
    machines.set(machineId, shared);
    all.add(shared);
    return shared;
  };

  const giveBack = async (machineId: string, shared: Shared): Promise<void> => {
    shared.users -= 1;
    if (shared.users > 0) return;
    const idle = new AbortController();
    shared.idle = idle;
    if (machines.get(machineId) === shared) await clock.sleep(idleMs, idle.signal);
    if (shared.users === 0 && shared.idle === idle) await shared.close();
  };

  return {
    use: async (machineId, target, signal) => {
      signal.throwIfAborted();
      if (isDisposed) throw new Error('the connections to machines are closed');
      const known = machines.get(machineId);
      const isUsable = known !== undefined && isSameTarget(known, target);
      if (known !== undefined && !isUsable) {
        // Who uses the old one keeps it to the end.
        machines.delete(machineId);
        known.idle.abort();
      }
      const shared = isUsable ? known : open(machineId, target);
      shared.users += 1;
      shared.idle.abort();
      let isBack = false;
      const leave = (): void => {
        if (!isBack) void giveBack(machineId, shared);
        isBack = true;
      };
      try {
        const connection = await unlessAborted(shared.connecting, signal);
        return { ...connection, [Symbol.asyncDispose]: async () => leave() };
      } catch (error) {
        leave();
        throw error;
      }
    },
    [Symbol.asyncDispose]: async () => {
      isDisposed = true;
      await Promise.all(Array.from(all, (shared) => shared.close()));
    },
  };
};

const isSameTarget = ({ target: known, hostKey }: Shared, target: SshTarget): boolean =>
  known.user === target.user &&
  known.privateKey === target.privateKey &&
  JSON.stringify(known.addresses) === JSON.stringify(target.addresses) &&
  (target.hostKey === undefined || (hostKey !== undefined && isSameHostKey(target.hostKey, hostKey)));
