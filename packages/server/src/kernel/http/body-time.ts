import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';
import { problemOf } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bodies of this route are large: they may take as long as the server allows any request. */
    slowBody?: boolean;
  }
}

/** Ordinary bodies are at most a megabyte. */
const bodyTimeMs = 60_000;

/** Ends requests whose body does not arrive in time, so that slow senders hold no places. */
export const limitBodyTime = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    const hasBody =
      raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
    if (hasBody && request.routeOptions.config.slowBody !== true) {
      const timer = setTimeout(() => {
        const problem = problemOf(new AppError('request.timeout'), request.id);
        if (!reply.raw.headersSent) {
          reply.raw.writeHead(problem.status, {
            'content-type': 'application/problem+json; charset=utf-8',
            connection: 'close',
          });
          reply.raw.end(JSON.stringify(problem), () => raw.destroy());
        } else raw.destroy();
      }, bodyTimeMs);
      raw.once('end', () => clearTimeout(timer));
      raw.once('close', () => clearTimeout(timer));
      // A body that nobody reads on, after an early refusal, ends by neither.
      reply.raw.once('close', () => clearTimeout(timer));
    }
    done();
  });
};
