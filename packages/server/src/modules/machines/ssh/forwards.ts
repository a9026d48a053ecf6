import { connect as connectSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AcceptConnection, Client, ClientChannel, TcpConnectionDetails } from 'ssh2';
import { SshError, type Address } from './target.ts';

export interface Forward extends AsyncDisposable {
  /** Where the machine listens. */
  readonly port: number;
}

export interface Forwards {
  forwardIn(to: Address, port?: number): Promise<Forward>;
  forwardOut(to: Address): Promise<Duplex>;
}

/** The machine's own side: nobody outside of it can come in. */
const loopback = '127.0.0.1';

export const createForwards = (client: Client): Forwards => {
  const targets = new Map<number, Address>();
  client.on('tcp connection', ({ destPort }: TcpConnectionDetails, accept, reject) => {
    const to = targets.get(destPort);
    if (to === undefined) reject();
    else joinSocket(to, accept, reject);
  });
  return {
    forwardIn: async (to, wanted = 0) => {
      const port = await ask<number>((done) => {
        client.forwardIn(loopback, wanted, (error, chosen) => {
          const bound = wanted === 0 ? chosen : wanted;
          // At once: the first connection may be in the same packet.
          if (error === undefined) targets.set(bound, to);
          done(error, bound);
        });
      });
      return {
        port,
        [Symbol.asyncDispose]: async () => {
          targets.delete(port);
          await unlisten(client, port);
        },
      };
    },
    forwardOut: (to) =>
      ask((done) => {
        client.forwardOut(loopback, 0, to.host, to.port, (error, channel) => {
          // Of a connection that broke: whoever holds the stream sees its end.
          channel?.on('error', () => undefined);
          done(error, channel);
        });
      }),
  };
};

/** Connects what a program in the machine has opened with this side. */
const joinSocket = (to: Address, accept: AcceptConnection<ClientChannel>, reject: () => void): void => {
  const socket = connectSocket({ host: to.host, port: to.port, noDelay: true, allowHalfOpen: true });
  let channel: ClientChannel | undefined;
  socket.on('connect', () => {
    channel = accept();
    channel.on('error', () => socket.destroy());
    channel.on('close', () => socket.destroySoon());
    channel.pipe(socket).pipe(channel);
  });
  socket.on('error', () => {
    if (channel === undefined) reject();
  });
  // Otherwise what it said last may still be on its way.
  socket.on('close', (isBroken) => isBroken && channel?.close());
};

const ask = <T>(start: (done: (error: Error | undefined, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    try {
      start((error, value) => {
        if (error === undefined) resolve(value);
        else reject(new SshError('refused', error.message, { cause: error }));
      });
    } catch (error) {
      reject(new SshError('closed', 'the connection is closed', { cause: error }));
    }
  });

const unlisten = (client: Client, port: number): Promise<void> =>
  // With the connection the port has gone too.
  ask<void>((done) =>
    client.unforwardIn(loopback, port, (error) => done(error ?? undefined, undefined)),
  ).catch(() => undefined);
