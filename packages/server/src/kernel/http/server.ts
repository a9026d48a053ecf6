import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import websocket from '@fastify/websocket';
import { proseOfParam } from '@dumont/contracts/findings';
import type { Route } from '@dumont/contracts/route';
import { routes, type OperationId } from '@dumont/contracts/routes';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Authenticator } from '../access/authenticator.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Random } from '../random.ts';
import type { Handlers } from './handlers.ts';
import { limitBodyTime } from './body-time.ts';
import { answerClientError } from './client-error.ts';
import { measureRequests } from './measure.ts';
import type { RequestMinutes } from '../traffic/request-minutes.ts';
import type { RequestMetrics } from './request-metrics.ts';
import { problemOf, retryAfterOf, toAppError } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';
import { registerRoute } from './register-route.ts';
import { addSecurityHeaders } from './security-headers.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: string;
    errorFormat?: 'problem' | 'detail';
  }
}

const bodyLimitBytes = 1024 * 1024;
/** Beyond so many requests at work, new ones are told to come again: a short queue recovers at once. */
const maxInFlight = 1000;

export interface HttpDeps {
  readonly config: Pick<
    Config,
    'trustProxy' | 'corsOrigins' | 'validateResponses' | 'publicUrl' | 'requestsPerSecond'
  >;
  readonly authenticator: Authenticator;
  readonly handlers: Handlers;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly requestMetrics: RequestMetrics;
  readonly requestMinutes: RequestMinutes;
}

/** The HTTP server with every contract route; not listening yet. */
export const createHttpServer = async (deps: HttpDeps): Promise<FastifyInstance> => {
  const { config, log } = deps;
  const app = fastify({
    logger: false,
    trustProxy: config.trustProxy,
    bodyLimit: bodyLimitBytes,
    // For repositories of machines on slow lines; other bodies have less (`limitBodyTime`), headers a minute.
    requestTimeout: 1_800_000,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1100, caseSensitive: true },
    genReqId: () => deps.random.id(),
    return503OnClosing: true,
    // Before any route is found no hook runs: these answers would lack our form and the request id.
    frameworkErrors: (error, request, reply) => {
      void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
      sendError(error, request, reply, log);
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, deps.random.id()),
  });
  // Only JSON is taken; Fastify would take any text as well.
  app.removeContentTypeParser('text/plain');
  await app.register(cookie);
  await addSecurityHeaders(app);
  if (config.corsOrigins.length > 0)
    await app.register(cors, { origin: [...config.corsOrigins], credentials: false });
  await app.register(websocket, { options: { maxPayload: 64 * 1024 } });

  measureRequests(app, deps);
  limitInFlight(app);
  limitBodyTime(app);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, log));
  app.setNotFoundHandler((request, reply) => sendError(notFound(request), request, reply, log));

  const limits = {
    calls: createRateLimit(deps.clock, config.requestsPerSecond, config.requestsPerSecond * 2),
    credentials: createRateLimit(deps.clock, 2, 60),
    expensive: createRateLimit(deps.clock, 0.5, 10),
  };
  for (const [name, route] of Object.entries(routes) as [OperationId, Route][]) {
    registerRoute(app, name, route, deps.handlers[name] as never, {
      authenticator: deps.authenticator,
      log,
      validateResponses: config.validateResponses,
      publicUrl: config.publicUrl,
      limits,
    });
  }
  return app;
};

const limitInFlight = (app: FastifyInstance): void => {
  let inFlight = 0;
  app.addHook('onRequest', (request, reply, done) => {
    // Watchers stay for hours and do no work: a thousand of them must not shut everyone else out.
    if (request.ws) {
      void reply.header('x-request-id', request.id);
      return done();
    }
    inFlight += 1;
    reply.raw.once('close', () => {
      inFlight -= 1;
    });
    void reply.header('x-request-id', request.id);
    done(inFlight > maxInFlight ? new AppError('server.overloaded', { retryAfterSeconds: 1 }) : undefined);
  });
};

const patterns = Object.values(routes as Record<string, Route>).flatMap((route) =>
  [route.path, ...(route.aliases ?? [])].map((path) => ({
    method: route.method,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  })),
);

const notFound = (request: FastifyRequest): AppError => {
  const path = request.url.split('?', 1)[0] ?? '';
  const allowed = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  // A segment that is too long for any route comes here with a method that fits.
  return allowed.length > 0 && !allowed.includes(request.method as Route['method'])
    ? new AppError('request.method', { method: request.method, allowed: [...new Set(allowed)].join(', ') })
    : new AppError('request.not_found');
};

const sendError = (
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): FastifyReply => {
  const error = toAppError(thrown, request.routeOptions.bodyLimit);
  if (error.status >= 500 && error.code !== 'server.overloaded') {
    log.error(
      {
        error: error.cause ?? error,
        requestId: request.id,
        operation: request.routeOptions.config.operation,
      },
      'a request failed',
    );
  }
  const problem = problemOf(error, request.id);
  const retryAfter = retryAfterOf(error);
  if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
  if (error.code === 'request.method') void reply.header('allow', proseOfParam(error, 'allowed'));
  if (error.code === 'auth.required' || error.code === 'auth.token_invalid')
    void reply.header('www-authenticate', 'Bearer');
  const compatible = request.routeOptions.config.errorFormat === 'detail';
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .header(
      'content-type',
      compatible ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8',
    )
    .send(JSON.stringify(problem));
};
