import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import { answerClientError } from '../../../kernel/http/client-error.ts';
import { closeIdle } from '../../../kernel/http/close-idle.ts';
import { toAppError } from '../../../kernel/http/problem.ts';
import type { Outbound } from '../../../kernel/outbound/outbound.ts';
import type { Random } from '../../../kernel/random.ts';
import type { TokenVerifier } from '../consumers.ts';
import { createAdmission } from './admission.ts';
import { clientOf } from './client-of.ts';
import { compileRoute, type CompiledRoute } from './compiled-route.ts';
import { answerError, type Exchange } from './exchange.ts';
import { admit, forwardedHeaders, handleRequest, limit } from './handle-request.ts';
import { findHome, leadHome } from './home.ts';
import { createIdentityHeaders, type SignAssertion } from './identity-headers.ts';
import { createLimitMemory, type LimitMemory } from './limit-windows.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';
import { createRouteTable } from './route-table.ts';
import { endStalledBodies } from './stalled-bodies.ts';
import { parseTarget, TargetRefused, type Target } from './target.ts';
import { createUpstreamPools } from './upstream-pools.ts';
import { joinWebSocket, refuseUpgrade, tokenOfProtocols } from './web-socket.ts';

/** Addresses that the gateway answers itself, whatever the routes say. True: it did. */
export type OwnEndpoint = (
  request: IncomingMessage,
  response: ServerResponse,
  exchange: Exchange,
) => Promise<void>;

export interface PlaneDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly outbound: Pick<Outbound, 'connector' | 'request'>;
  readonly sign: SignAssertion;
  readonly verifiersOf: (route: GatewayRoute) => readonly TokenVerifier[];
  /** By `METHOD /path`. */
  readonly ownEndpoints: ReadonlyMap<string, OwnEndpoint>;
  readonly trustProxy: boolean;
  /** That of other planes of this process, with which this one counts; its own unless given. */
  readonly limitMemory?: LimitMemory;
  /** Whether others listen at the same port, between which the host divides connections. */
  readonly sharesPort?: boolean;
  /** At most to each upstream; 512 unless given. */
  readonly upstreamConnections?: number;
  /** Told of each request when it is over: how long its answer was waited for, and how long all of it took. */
  readonly observe: (exchange: Exchange, waitedMs: number, tookMs: number) => void;
}

/** An address, or a socket of this host. */
export type ListenAt = { readonly host: string; readonly port: number } | { readonly path: string };

/** The built-in data plane: takes requests, and does with them what the routes say. */
export interface Plane extends AsyncDisposable {
  readonly server: Server;
  readonly limits: RateLimits;
  listen(at: ListenAt): Promise<void>;
  /** From the next request on; those under way end by the routes that they began with. */
  load(routes: readonly GatewayRoute[]): void;
  readonly routes: readonly CompiledRoute[];
  /** Which route a request would take; none takes what the gateway answers itself or refuses. */
  find(host: string, method: string, target: string): CompiledRoute | undefined;
}

/** Room for a token of 8 KiB and as much besides; beyond is 431. Below HAProxy it is 11 KiB in all. */
const maxHeaderBytes = 16 * 1024;

export const createPlane = (deps: PlaneDeps): Plane => {
  const { clock, random } = deps;
  const limits = createRateLimits(clock, deps.limitMemory ?? createLimitMemory(random));
  const identityHeaders = createIdentityHeaders(deps);
  const pools = createUpstreamPools(deps);
  let routes: readonly CompiledRoute[] = [];
  let table = createRouteTable(routes);
  const underWay = new Set<IncomingMessage>();
  const upgraded = new Set<Duplex>();

  const now = (): number => clock.elapsedMs();
  const open = (request: IncomingMessage): Exchange => {
    const { address, protocol } = clientOf(request, deps.trustProxy);
    const asked = request.headers['x-request-id'];
    return {
      requestId: typeof asked === 'string' && /^[\w-]{8,64}$/.test(asked) ? asked : random.id(),
      address,
      protocol,
      method: request.method ?? '',
      startedMs: now(),
      now,
      answeredMs: undefined,
      path: '',
      route: undefined,
      consumer: undefined,
      upstream: undefined,
      retries: 0,
      status: 0,
      bytes: 0,
      error: undefined,
    };
  };
  const close = (exchange: Exchange): void => {
    const { startedMs, answeredMs } = exchange;
    const endedMs = now();
    deps.observe(exchange, (answeredMs ?? endedMs) - startedMs, endedMs - startedMs);
  };

  const ownEndpoint = (method: string, target: string): OwnEndpoint | undefined =>
    deps.ownEndpoints.get(`${method} ${target.split('?', 1)[0]}`);
  const find = (host: string, method: string, target: string): CompiledRoute | undefined => {
    if (ownEndpoint(method, target) !== undefined) return undefined;
    try {
      const match = table.find(host, method, parseTarget(target).words);
      return match.kind === 'route' ? match.route : undefined;
    } catch (error) {
      if (error instanceof TargetRefused) return undefined;
      throw error;
    }
  };
  const findRoute = (
    request: IncomingMessage,
    exchange: Exchange,
  ): { target: Target; route: CompiledRoute } | { home: string } => {
    if (request.method === 'TRACE')
      throw new AppError('gateway.request_refused', { reason: 'TRACE is not taken' });
    const host = hostOf(request);
    const target = targetOf(request, exchange);
    const match = table.find(host, askedMethod(request), target.words);
    switch (match.kind) {
      case 'route':
        exchange.route = match.route;
        return { target, route: match.route };
      case 'method':
        throw new AppError('request.method', { method: exchange.method, allowed: match.allowed.join(', ') });
      case 'none': {
        const home = findHome(request, (path) => find(host, 'GET', path));
        if (home === undefined) throw new AppError('gateway.no_route');
        return { home };
      }
    }
  };

  const onRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const exchange = open(request);
    underWay.add(request);
    try {
      const own = ownEndpoint(request.method ?? '', request.url ?? '');
      if (own === undefined) {
        const found = findRoute(request, exchange);
        if ('home' in found) leadHome(response, found.home, exchange);
        else
          await handleRequest(request, response, found.target, found.route, exchange, {
            limits,
            identityHeaders,
          });
      } else {
        exchange.path = request.url ?? '';
        await own(request, response, exchange);
      }
    } catch (error) {
      answerError(request, response, toAppError(error), exchange);
    } finally {
      underWay.delete(request);
      close(exchange);
    }
  };

  const onUpgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const exchange = open(request);
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    try {
      const found = findRoute(request, exchange);
      if ('home' in found) throw new AppError('gateway.no_route');
      const { target, route } = found;
      const isWebSocket = request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket';
      if (!route.definition.webSockets || !isWebSocket)
        throw new AppError('gateway.request_refused', { reason: 'this address speaks HTTP only' });
      const { authorization, protocols } = tokenOfProtocols(request);
      const consumer = await admit(route, authorization, exchange, limits);
      const verdict = limit(route, consumer, exchange, limits);
      if (verdict?.allowed === false)
        throw new AppError('request.rate_limited', { retryAfterSeconds: verdict.resetSeconds });
      const upstream = route.balancer.pick(undefined);
      if (upstream === undefined) throw new AppError('gateway.upstream_unhealthy', { retryAfterSeconds: 5 });
      const { identityAudience } = route.definition;
      const identity = identityAudience === null ? [] : await identityHeaders.of(consumer, identityAudience);
      const own = forwardedHeaders(request, route, exchange, identity);
      upstream.enter();
      exchange.upstream = upstream.url;
      const path = `${route.rewrite?.(target.segments) ?? target.path}${target.query}`;
      await joinWebSocket(request, socket, head, upstream, route, path, own, protocols, exchange);
    } catch (error) {
      refuseUpgrade(socket, toAppError(error), exchange);
    } finally {
      close(exchange);
    }
  };

  const server = createServer({
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: 15_000,
    // Bodies are watched for standing still instead: a large one may take its time.
    requestTimeout: 0,
    keepAliveTimeout: 72_000,
    connectionsCheckingInterval: 1000,
    insecureHTTPParser: false,
    requireHostHeader: true,
    noDelay: true,
    // Most requests have no body: their streams need not be begun and ended. Not for Fastify, which waits for the end
    // of a body that is announced by its type alone.
    optimizeEmptyRequests: true,
  });
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    void onRequest(request, response);
  server.on('request', listener);
  // Whoever waits for `100 Continue` is told to go on when the request may go on.
  server.on('checkContinue', listener);
  server.on('upgrade', (request, socket, head) => void onUpgrade(request, socket, head));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    answerClientError(error, socket as Socket, random.id()),
  );
  const watch = endStalledBodies(underWay, clock);

  return {
    server,
    limits,
    listen: async (at) => {
      server.listen({ ...at, reusePort: deps.sharesPort === true });
      await once(server, 'listening');
    },
    load: (definitions) => {
      const active = definitions.filter(({ enabled }) => enabled);
      const upstreams = pools.arrange(active);
      routes = active.map((definition) => {
        const { authentication } = definition;
        return compileRoute(definition, {
          upstreams: upstreams.get(definition.id) ?? [],
          admission:
            authentication.mode === 'none'
              ? undefined
              : createAdmission(authentication, deps.verifiersOf(definition)),
        });
      });
      table = createRouteTable(routes);
    },
    get routes() {
      return routes;
    },
    find,
    [Symbol.asyncDispose]: async () => {
      await watch[Symbol.asyncDispose]();
      // A WebSocket has no end that could be waited for, and the server does not count it among its connections.
      for (const socket of upgraded) socket.destroy();
      await closeServer(server);
      await pools[Symbol.asyncDispose]();
    },
  };
};

/** A preflight is about the method that it asks for. */
const askedMethod = (request: IncomingMessage): string => {
  const asked = request.headers['access-control-request-method'];
  return request.method === 'OPTIONS' && asked !== undefined ? asked : (request.method ?? '');
};

/** A name or an address with a port: upstreams make links and keys of caches of it. */
const hostForm = /^[\w.:[\]-]*$/;

const decisive = new Set(['host', 'authorization', 'content-type']);

const hostOf = (request: IncomingMessage): string => {
  const { host } = request.headers;
  if (host === undefined) throw new AppError('gateway.request_refused', { reason: 'it names no host' });
  if (!hostForm.test(host)) throw new AppError('gateway.request_refused', { reason: 'its host is no name' });
  // Of headers that come twice we would read the first, and the upstream perhaps the last.
  if (request.rawHeaders.length === 2 * Object.keys(request.headers).length) return withoutPort(host);
  const seen = new Set<string>();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]?.toLowerCase() ?? '';
    if (!decisive.has(name)) continue;
    if (seen.has(name)) throw new AppError('gateway.request_refused', { reason: `it has ${name} twice` });
    seen.add(name);
  }
  return withoutPort(host);
};

const withoutPort = (host: string): string => host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');

const targetOf = (request: IncomingMessage, exchange: Exchange): Target => {
  exchange.path = (request.url ?? '').split('?', 1)[0] ?? '';
  try {
    return parseTarget(request.url ?? '');
  } catch (error) {
    if (error instanceof TargetRefused)
      throw new AppError('gateway.request_refused', { reason: error.message }, { cause: error });
    throw error;
  }
};

const drainMs = 10_000;

/** Takes no more connections, lets requests end, and breaks what is left after a while. */
const closeServer = async (server: Server): Promise<void> => {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  using _idle = closeIdle(server);
  const late = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(late);
};
