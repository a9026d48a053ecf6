import { connect as connectSocket, type Socket } from 'node:net';
import type { Client } from 'ssh2';
import { algorithmsFor, describeHostKey, isHostKey } from './host-key.ts';
import { SshError, type Address, type SshFailure, type SshTarget } from './target.ts';

/** An authenticated connection, as the library gives it. */
export interface Line {
  readonly client: Client;
  readonly socket: Socket;
  readonly address: Address;
  readonly hostKey: string;
}

export interface Dialling {
  readonly socket: Socket;
  /** Rejects with `SshError`. */
  readonly line: Promise<Line>;
  /** Gives up: `hung` or `timeout`, whichever it is now. */
  giveUp(): void;
  close(): void;
}

/** Often enough that a router keeps the connection in mind. */
const pingMs = 5000;
/** How long a connection lives without a sign is decided by `watchLife`, which knows more than the library. */
const anyNumberOfPings = Number.MAX_SAFE_INTEGER;

/** Enters a machine by one of its addresses. */
export const dial = async (target: SshTarget, address: Address): Promise<Dialling> => {
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  // Without no-delay a handshake takes 309 ms instead of 4.
  const socket = connectSocket({ host: address.host, port: address.port, noDelay: true });
  const { promise: line, resolve, reject } = Promise.withResolvers<Line>();
  let isConnected = false;
  let hostKey = '';
  let isOther = false;
  const fail = (failure: SshFailure, message: string, cause?: unknown): void => {
    reject(new SshError(failure, `${address.host}:${address.port}: ${message}`, { cause }));
    socket.destroy();
  };
  socket.on('connect', () => (isConnected = true));
  client.on('ready', () => resolve({ client, socket, address, hostKey }));
  // For the whole life of the connection: an error that nobody hears ends the process.
  client.on('error', (error) => {
    if (isOther) fail('host_key', 'shows another host key than the one known', error);
    else fail(failureOf(error, isConnected), error.message, error);
  });
  client.on('close', () => fail('closed', 'the connection was closed'));
  try {
    client.connect({
      sock: socket,
      username: target.user,
      privateKey: target.privateKey,
      // The library would ask for a way in without any key first.
      authHandler: ['publickey'],
      algorithms: { serverHostKey: algorithmsFor(target.hostKey) },
      hostVerifier: (key: Buffer) => {
        hostKey = describeHostKey(key);
        isOther = target.hostKey !== undefined && !isHostKey(target.hostKey, key);
        return !isOther;
      },
      readyTimeout: 0,
      keepaliveInterval: pingMs,
      keepaliveCountMax: anyNumberOfPings,
    });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return {
    socket,
    line,
    giveUp: () => {
      if (isConnected) fail('hung', 'accepts connections, but does not answer');
      else fail('timeout', 'does not answer');
    },
    close: () => fail('closed', 'another address was faster'),
  };
};

const failureOf = (error: Error & { level?: string; code?: unknown }, isConnected: boolean): SshFailure => {
  if (error.level === 'client-authentication') return 'auth';
  if (/no matching host key/.test(error.message)) return 'host_key';
  if (error.code === 'ETIMEDOUT') return 'timeout';
  return isConnected ? 'closed' : 'refused';
};
