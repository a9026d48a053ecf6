import type { ClientMessage, ServerMessage } from '@dumont/contracts/events';
import { type RawData, WebSocket } from 'ws';
import type { Clock } from '../host.ts';
import { version } from '../version.ts';

/** One connection to the server's events. It ends when the socket does; resuming is the caller's. */
export interface EventStream extends AsyncDisposable {
  send(message: ClientMessage): void;
  /** Messages in order; ends with the connection. */
  readonly messages: AsyncIterable<ServerMessage>;
}

const handshakeTimeoutMs = 10_000;
const pingMs = 20_000;
/** Messages that wait for a slow terminal before the server is held back. */
const highWater = 256;

/** Resolves when the socket is open. Rejects when it cannot be: no route, no login, a proxy in between. */
export const openEventStream = async (
  url: string,
  bearer: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<EventStream> => {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v1/events`, {
    headers: { authorization: `Bearer ${bearer}`, 'user-agent': `dumont-cli/${version}` },
    handshakeTimeout: handshakeTimeoutMs,
    maxPayload: 64 * 1024 * 1024,
  });
  const waiting: ServerMessage[] = [];
  let wake: () => void = () => undefined;
  const ended = new AbortController();
  let heard = true;

  const stop = (): void => socket.terminate();
  signal.addEventListener('abort', stop, { once: true });
  socket.on('message', (data: RawData, binary) => {
    heard = true;
    if (binary) return;
    // With the default binaryType a message is one Buffer.
    const message = JSON.parse((data as Buffer).toString('utf8')) as ServerMessage;
    if (message.type === 'pong') return;
    waiting.push(message);
    if (waiting.length >= highWater) socket.pause();
    wake();
  });
  socket.on('close', () => {
    signal.removeEventListener('abort', stop);
    ended.abort();
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    // Stays as a listener: later errors end in `close`, which is enough.
    socket.on('error', reject);
  });

  /** A connection that died without a word (sleep, a lost network) is noticed and ended. */
  const watch = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await clock.sleep(pingMs, ended.signal);
      if (ended.signal.aborted) return;
      // While we hold the server back ourselves, silence means nothing.
      if (!heard && !socket.isPaused) return socket.terminate();
      heard = false;
      socket.send(JSON.stringify({ type: 'ping' } satisfies ClientMessage));
    }
  };
  void watch();

  async function* read(): AsyncGenerator<ServerMessage> {
    for (;;) {
      const message = waiting.shift();
      if (message !== undefined) {
        if (socket.isPaused && waiting.length === 0) socket.resume();
        yield message;
      } else if (ended.signal.aborted) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  return {
    send: (message) => socket.send(JSON.stringify(message)),
    messages: read(),
    [Symbol.asyncDispose]: async () => socket.terminate(),
  };
};
