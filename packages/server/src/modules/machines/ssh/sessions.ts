import type { Client, ClientChannel, PseudoTtyOptions } from 'ssh2';
import { SshError } from './target.ts';
import { createTurns, type Turns } from './turns.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface Sessions {
  /**
   * Starts a command when it is its turn. Rejects with the signal's reason, and then the command was given nothing;
   * with `SshError` when the machine allows none.
   */
  open(command: string, signal: AbortSignal): Promise<ClientChannel>;
  /** Before those that wait, for what ends programs. */
  openUrgently(command: string): Promise<ClientChannel>;
  /** A terminal with a command, or with the user's shell. */
  openTerminal(command: string | undefined, pty: PseudoTtyOptions): Promise<ClientChannel>;
}

/** OpenSSH allows ten sessions in a connection (`MaxSessions`). */
const maxOrdinary = 6;
const maxUrgent = 4;
const maxTerminals = 3;

export const createSessions = (client: Client): Sessions => {
  const ordinary = createTurns(maxOrdinary);
  const urgent = createTurns(maxUrgent);
  let terminals = 0;

  const tryOpen = async (command: string, signal: AbortSignal): Promise<ClientChannel | undefined> => {
    const leave = await ordinary.take(signal);
    const opening = exec(client, command);
    try {
      return keepPlace(await unlessAborted(opening, signal), leave);
    } catch (error) {
      leave();
      if (signal.aborted) opening.then((late) => late.resume().close(), ignore);
      const isRefused = error instanceof SshError && error.failure === 'refused';
      if (!isRefused || ordinary.taken === 0) throw error;
      // This machine allows fewer: those that are open make room.
      ordinary.setLimit(ordinary.taken);
      return undefined;
    }
  };

  return {
    open: async (command, signal) => {
      for (;;) {
        const channel = await tryOpen(command, signal);
        if (channel !== undefined) return channel;
      }
    },
    openUrgently: (command) => openIn(urgent, () => exec(client, command)),
    openTerminal: async (command, pty) => {
      if (terminals >= maxTerminals)
        throw new SshError('refused', `${maxTerminals} terminals are open in this machine`);
      terminals += 1;
      try {
        const channel = await openIn(ordinary, () =>
          command === undefined ? openShell(client, pty) : exec(client, command, pty),
        );
        channel.once('close', () => (terminals -= 1));
        return channel;
      } catch (error) {
        terminals -= 1;
        throw error;
      }
    },
  };
};

const ignore = (): void => undefined;

/** A place is taken until its channel has closed on both sides. */
const keepPlace = (channel: ClientChannel, leave: () => void): ClientChannel => channel.once('close', leave);

const openIn = async (turns: Turns, start: () => Promise<ClientChannel>): Promise<ClientChannel> => {
  const leave = await turns.take();
  try {
    return keepPlace(await start(), leave);
  } catch (error) {
    leave();
    throw error;
  }
};

type Opened = (error: Error | undefined, channel: ClientChannel) => void;

const ask = (start: (opened: Opened) => void): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    try {
      start((error, channel) => {
        if (error !== undefined) {
          reject(refusal(error));
          return;
        }
        // Writing to what the machine has closed is no failure of ours.
        channel.on('error', () => undefined);
        resolve(channel);
      });
    } catch (error) {
      // The library throws when the connection is closed.
      reject(new SshError('closed', 'the connection is closed', { cause: error }));
    }
  });

/** The machine gives a number; without one it is the library that had no answer. */
const refusal = (error: Error & { reason?: unknown }): SshError =>
  new SshError(typeof error.reason === 'number' ? 'refused' : 'closed', error.message, { cause: error });

const exec = (client: Client, command: string, pty?: PseudoTtyOptions): Promise<ClientChannel> =>
  ask((opened) => client.exec(command, pty === undefined ? {} : { pty }, opened));

const openShell = (client: Client, pty: PseudoTtyOptions): Promise<ClientChannel> =>
  ask((opened) => client.shell(pty, opened));
