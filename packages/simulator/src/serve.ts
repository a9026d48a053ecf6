import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came in, with the whole body: what the simulated APIs take is small. */
export interface ServedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly ip: string;
}

/** `lost`: the connection is cut, though it may have been done. */
export type ServedAnswer =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | 'lost';

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** 127.0.0.1 unless given. */
  readonly host?: string | undefined;
  readonly handle: (request: ServedRequest) => ServedAnswer | Promise<ServedAnswer>;
}

export interface Served extends AsyncDisposable {
  /** `http://127.0.0.1:8770` */
  readonly url: string;
}

const maxBodyBytes = 1024 * 1024;

const readBody = async (message: IncomingMessage): Promise<string | undefined> => {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > maxBodyBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

const answerTo = async (message: IncomingMessage, handle: ServeOptions['handle']): Promise<ServedAnswer> => {
  const body = await readBody(message);
  if (body === undefined)
    return { status: 413, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'too large' };
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  const { method = 'GET', url = '/' } = message;
  return handle({ method, url, headers, body, ip: message.socket.remoteAddress ?? '' });
};

/** Serves whole requests by whole answers. */
export const serve = async ({ port, host = '127.0.0.1', handle }: ServeOptions): Promise<Served> => {
  const respond = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await answerTo(message, handle);
    if (answer === 'lost') message.socket.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = createServer((message, response) => {
    respond(message, response).catch(() => response.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
