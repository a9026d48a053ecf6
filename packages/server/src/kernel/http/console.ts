import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const yearSeconds = 31_536_000;

/** Serves the built console; every address of it that is not a file is its start page, which routes by itself. */
export const serveConsole = async (app: FastifyInstance, folder: string): Promise<void> => {
  if (!existsSync(join(folder, 'index.html'))) return;
  await app.register(fastifyStatic, {
    root: folder,
    // Looked up at each request: a new build is served without a new start.
    serve: false,
    setHeaders: (reply, path) => {
      // Names under assets/ carry a hash of their content.
      reply.header(
        'cache-control',
        path.includes('/assets/') ? `public, max-age=${yearSeconds}, immutable` : 'no-cache',
      );
    },
  });
  const page = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = request.url.split('?', 1)[0] ?? '';
    if (reserved.test(path)) {
      reply.callNotFound();
      return reply;
    }
    return reply.sendFile(path.includes('.') ? path.slice(1) : 'index.html');
  };
  app.get('/*', page);
};

/** Addresses of the server itself: a wrong one is not a page. */
const reserved = /^\/(api|docs|cornflow|health|metrics|ws|openapi)(\/|$)/;
