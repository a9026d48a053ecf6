import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Config } from '../../../kernel/config/config.ts';
import { limitBodyTime } from '../../../kernel/http/body-time.ts';
import type { Random } from '../../../kernel/random.ts';

const notFound = { message: '404 Not Found', error: '404 Not Found: there is nothing at this address.' };

/** A server with nothing but the door at its root, for clients that know no path before it. Not listening yet. */
export const createOwnListener = (deps: {
  config: Pick<Config, 'trustProxy'>;
  random: Random;
}): FastifyInstance => {
  const app = fastify({
    logger: false,
    trustProxy: deps.config.trustProxy,
    requestTimeout: 1_800_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    genReqId: () => deps.random.id(),
    return503OnClosing: true,
    // An address that cannot be decoded is not even looked for.
    frameworkErrors: (_error, _request, reply: FastifyReply) => void reply.code(404).send(notFound),
  });
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.header('x-content-type-options', 'nosniff');
    done();
  });
  limitBodyTime(app);
  app.setNotFoundHandler((_request, reply) => void reply.code(404).send(notFound));
  return app;
};
