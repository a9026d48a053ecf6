import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import { Failure } from '../../application/failure.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Logger } from '../../lib/log.ts';
import type { Random } from '../../lib/random.ts';
import type { Endpoint } from './endpoint.ts';
import { answerClientError, sendError } from './errors.ts';
import type { Identify } from './identity.ts';
import { registerEndpoint } from './register-endpoint.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route template that metrics and logs name. */
    endpoint?: string;
  }
  interface FastifyRequest {
    /** Set before the body is read, where an address asks for it. */
    identified: Caller | undefined;
  }
}

const bodyLimitBytes = 64 * 1024;
/** Beyond so many requests at work new ones are told to come again: a short queue recovers at once. */
const maxInFlight = 1000;
const requestId = /^[\w.:-]{1,100}$/;

/** The HTTP server; not listening yet. */
export const createHttpServer = async (deps: { random: Random; log: Logger }): Promise<FastifyInstance> => {
  const { random, log } = deps;
  const app = fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: 200, caseSensitive: true },
    // The gateway's, so that one id follows a request through all logs.
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && requestId.test(given) ? given : random.id();
    },
    frameworkErrors: (error, request, reply) => sendError(error, request, reply, log),
    clientErrorHandler: answerClientError,
  });
  app.removeContentTypeParser('text/plain');
  takeEmptyJson(app);
  app.addContentTypeParser(/^image\//, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.decorateRequest('identified');
  await app.register(websocket, { options: { maxPayload: 1024 } });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, log));
  app.setNotFoundHandler((request, reply) => sendError(new Failure('nao_encontrado'), request, reply, log));

  let inFlight = 0;
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    // Watchers of the boards stay for hours and do no work.
    if (request.ws) return done();
    inFlight += 1;
    reply.raw.once('close', () => {
      inFlight -= 1;
    });
    done(inFlight > maxInFlight ? new Failure('sobrecarregado') : undefined);
  });
  return app;
};

/** Many clients announce JSON and send nothing where there is nothing to say. */
const takeEmptyJson = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body, done);
  });
};

export const registerEndpoints = (
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  identify: Identify,
): void => {
  for (const target of endpoints) registerEndpoint(app, target, identify);
};
