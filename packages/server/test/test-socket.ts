import { once } from 'node:events';
import { ServerMessage } from '@dumont/contracts/events';
import { WebSocket } from 'ws';
import type { TestApp } from './test-app.ts';
import { waitFor } from './wait.ts';

export interface TestSocket extends AsyncDisposable {
  readonly messages: readonly ServerMessage[];
  /** Code and reason, once it has closed. */
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
  send(message: unknown): void;
  sendText(text: string | Buffer): void;
  /** The first message that fits, waited for. */
  message<T extends ServerMessage['type']>(
    type: T,
    fits?: (message: Extract<ServerMessage, { type: T }>) => boolean,
  ): Promise<Extract<ServerMessage, { type: T }>>;
}

export interface SocketOptions {
  readonly path?: string;
  readonly token?: string;
  readonly ticket?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The status with which a socket is refused before it opens. */
export class SocketRefused extends Error {
  override readonly name = 'SocketRefused';
  readonly status: number;

  constructor(status: number) {
    super(`the socket was refused with ${status}`);
    this.status = status;
  }
}

export const openSocket = async (app: TestApp, options: SocketOptions = {}): Promise<TestSocket> => {
  const { path = '/api/v1/events', token, ticket } = options;
  const query = ticket === undefined ? '' : `?ticket=${encodeURIComponent(ticket)}`;
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}${path}${query}`, {
    headers: {
      ...options.headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  const messages: ServerMessage[] = [];
  let closed: TestSocket['closed'];
  socket.on('message', (data) => {
    // The compatible stream has messages of its own kind.
    if (path === '/ws') return;
    messages.push(ServerMessage.parse(JSON.parse((data as Buffer).toString())));
  });
  socket.on('close', (code, reason) => {
    closed = { code, reason: reason.toString() };
  });
  const refused = new Promise<never>((_, reject) => {
    socket.once('unexpected-response', (_request, response) => {
      reject(new SocketRefused(response.statusCode ?? 0));
      response.resume();
      socket.terminate();
    });
  });
  // Terminating a socket that never opened is an error to `ws`.
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'open'), refused]);
  return {
    messages,
    get closed() {
      return closed;
    },
    send: (message) => socket.send(JSON.stringify(message)),
    sendText: (text) => socket.send(text),
    message: (type, fits = () => true) =>
      waitFor(`a message "${type}"`, () =>
        messages.find(
          (message): message is Extract<ServerMessage, { type: typeof type }> =>
            message.type === type && fits(message as Extract<ServerMessage, { type: typeof type }>),
        ),
      ),
    [Symbol.asyncDispose]: async () => {
      if (socket.readyState === WebSocket.CLOSED) return;
      const ended = once(socket, 'close');
      socket.close();
      await ended;
    },
  };
};
