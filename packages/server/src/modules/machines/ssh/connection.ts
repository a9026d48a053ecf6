import type { Duplex } from 'node:stream';
import type { MachineShell } from '../../snapshots/index.ts';
import { dial, type Dialling, type Line } from './dial.ts';
import { createForwards, type Forward } from './forwards.ts';
import { createPutFile } from './put-file.ts';
import { createRun } from './run.ts';
import { createSessions } from './sessions.ts';
import { SshError, type Address, type SshDeps, type SshFailure, type SshTarget } from './target.ts';
import { createOpenTerminal, type Terminal, type TerminalOptions } from './terminal.ts';
import { watchLife } from './watch-life.ts';

export interface SshConnection extends AsyncDisposable {
  /** What the machine has shown: `ssh-ed25519 AAAA...`. */
  readonly hostKey: string;
  /** By which it was reached. */
  readonly address: Address;
  /** Resolves when it has ended, for whatever reason. */
  readonly closed: Promise<void>;
  /** As `MachineShell.run`. Six programs run at once, the others wait for their turn. */
  run: MachineShell['run'];
  /** As `MachineShell.putFile`. */
  putFile: MachineShell['putFile'];
  /** Rejects with `SshError`: `refused` when three are open. */
  openTerminal(options: TerminalOptions): Promise<Terminal>;
  /**
   * Lets programs in the machine reach `to` from here: the machine listens on its 127.0.0.1, on a port of its choice
   * unless given. Rejects with `SshError`.
   */
  forwardIn(to: Address, port?: number): Promise<Forward>;
  /** Opens what the machine reaches, e.g. one of its own ports. Rejects with `SshError`. */
  forwardOut(to: Address): Promise<Duplex>;
}

/** How far a connection got: what the farthest says is the most exact. */
const steps: readonly SshFailure[] = ['refused', 'timeout', 'closed', 'hung', 'auth', 'host_key'];
const farthest = (errors: readonly SshError[]): SshError | undefined =>
  errors.toSorted((a, b) => steps.indexOf(a.failure) - steps.indexOf(b.failure)).at(-1);

/**
 * Enters a machine: all addresses are tried at once, the first one that lets us in wins. Rejects with `SshError`, the
 * most exact one of all addresses, or with the signal's reason.
 */
export const connect = async (
  target: SshTarget,
  options: SshDeps & { readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<SshConnection> => {
  signal.throwIfAborted();
  const diallings = await Promise.all(target.addresses.map((address) => dial(target, address)));
  const over = new AbortController();
  const givingUp = options.clock.sleep(options.timeoutMs, AbortSignal.any([signal, over.signal])).then(() => {
    if (!over.signal.aborted) for (const each of diallings) each.giveUp();
  });
  try {
    return createConnection(await first(diallings), options);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    over.abort();
    await givingUp;
  }
};

const first = async (diallings: readonly Dialling[]): Promise<Line> => {
  try {
    const line = await Promise.any(diallings.map((each) => each.line));
    for (const each of diallings) if (each.socket !== line.socket) each.close();
    return line;
  } catch (error) {
    const errors = (error as AggregateError).errors as SshError[];
    throw new SshError(
      farthest(errors)?.failure ?? 'refused',
      errors.map(({ message }) => message).join('; ') || 'the machine has no address',
      { cause: error },
    );
  }
};

/** For the last words to a machine that may be dead. */
const partingMs = 1000;

const createConnection = (line: Line, { clock, random }: SshDeps): SshConnection => {
  const { client, socket, address, hostKey } = line;
  const over = new AbortController();
  const closed = new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  }).then(() => over.abort());
  void watchLife(socket, clock, over.signal);
  const sessions = createSessions(client);
  const run = createRun({ sessions, clock, random });
  return {
    hostKey,
    address,
    closed,
    run,
    putFile: createPutFile({ run, random }),
    openTerminal: createOpenTerminal({ sessions, clock, closed }),
    ...createForwards(client),
    [Symbol.asyncDispose]: async () => {
      client.end();
      socket.destroySoon();
      await clock.sleep(partingMs, over.signal);
      socket.destroy();
      await closed;
    },
  };
};
