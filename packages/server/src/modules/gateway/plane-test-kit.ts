import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { RouteDefinition, type GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { AppError } from '../../kernel/errors.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createLogger } from '../../kernel/log.ts';
import { createOutbound } from '../../kernel/outbound/outbound.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import type { Consumer, TokenVerifier } from './consumers.ts';
import type { Exchange } from './plane/exchange.ts';
import { createPlane, type Plane, type PlaneDeps } from './plane/plane.ts';

export const random = createSystemRandom(systemClock);
const log = createLogger('silent');

/** A route that the server itself keeps: its upstreams may be on this host. */
export const routeOf = (definition: Record<string, unknown>): GatewayRoute => ({
  ...RouteDefinition.parse({ name: 'a route', path: '/{proxy+}', ...definition }),
  id: random.id(),
  projectId: '01980000-0000-7000-8000-000000000001',
  managedBy: 'system',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
});

export interface UpstreamServer extends AsyncDisposable {
  readonly url: string;
  readonly seen: IncomingMessage[];
  readonly bodies: readonly string[];
}

/** A service that answers `handle`, or what it was asked as JSON. */
export const startUpstream = async (
  handle?: (...exchange: Parameters<RequestListener>) => unknown,
): Promise<UpstreamServer> => {
  const seen: IncomingMessage[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    if (handle !== undefined) {
      void handle(request, response);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      const { method, url, headers } = request;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method, url, headers, body: bodies.at(-1) }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    bodies,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

export const consumerOf = (given: Partial<Consumer> = {}): Consumer => ({
  kind: 'user',
  subject: 'user:ana',
  id: 'ana',
  roles: [],
  scopes: new Set(),
  claims: {},
  sinceSeconds: 0,
  ...given,
});

/** Knows these tokens, and one of its own that has expired. */
export const verifierOf = (tokens: Readonly<Record<string, Consumer>>): TokenVerifier => ({
  recall: () => undefined,
  verify: async (token) => {
    if (token === 'expired') throw new AppError('auth.token_invalid');
    return tokens[token];
  },
});

/** A problem of the gateway's, or what `startUpstream` says of the request that it saw. */
export interface AnswerBody {
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  json(): AnswerBody;
}

export interface RunningPlane extends AsyncDisposable {
  readonly plane: Plane;
  readonly port: number;
  readonly exchanges: Exchange[];
  ask(path: string, options?: AskOptions): Promise<Answer>;
  /** Bytes as they are; answers all that comes back until the connection ends or stands still. */
  raw(bytes: string): Promise<string>;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export const startPlane = async (
  routes: readonly GatewayRoute[],
  { at, ...options }: Partial<PlaneDeps> & { readonly at?: { readonly path: string } } = {},
): Promise<RunningPlane> => {
  const exchanges: Exchange[] = [];
  const plane = createPlane({
    clock: systemClock,
    random,
    outbound: createOutbound({ allow: [], clock: systemClock, log }),
    sign: async (audience, subject, claims) => `${audience}.${subject}.${JSON.stringify(claims)}`,
    verifiersOf: () => [],
    ownEndpoints: new Map(),
    trustProxy: false,
    observe: (exchange) => void exchanges.push(exchange),
    ...options,
  });
  plane.load(routes);
  await plane.listen(at ?? { host: '127.0.0.1', port: 0 });
  const { port } = plane.server.address() as AddressInfo;
  return {
    plane,
    port,
    exchanges,
    ask: (path, asked = {}) => ask(port, path, asked),
    raw: (bytes) => sendRaw(port, bytes),
    [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose](),
  };
};

export const ask = (
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: AskOptions,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest({ port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const status = response.statusCode ?? 0;
        resolve({ status, headers: response.headers, text, json: () => JSON.parse(text) as AnswerBody });
      });
    });
    request.on('error', reject);
    request.end(body);
  });

/** What was answered until the connection ended, or nothing more came. */
export const sendRaw = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    const done = (): void => {
      socket.destroy();
      resolve(answer);
    };
    // Whoever answers may be kept waiting by the host; whoever began does not pause.
    socket.setTimeout(5000, done);
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      socket.setTimeout(400);
    });
    socket.on('close', done);
    socket.on('error', done);
    socket.write(Buffer.from(bytes, 'latin1'));
  });
