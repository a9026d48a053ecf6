import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const yearSeconds = 31_536_000;

/** Serves the built console; every address of it that is not a file is its start page, which routes by itself. */
export const serveConsole = async (
  app: FastifyInstance,
  folder: string,
): Promise<((request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined) | undefined> => {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  await app.register(fastifyStatic, {
    root: folder,
    index: 'index.html',
    wildcard: false,
    preCompressed: false,
    setHeaders: (reply, path) => {
      // Names under assets/ carry a hash of their content.
      reply.header(
        'cache-control',
        path.includes('/assets/') ? `public, max-age=${yearSeconds}, immutable` : 'no-cache',
      );
    },
  });
  return (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const isPage =
      request.method === 'GET' &&
      !/^\/(api|docs|cornflow|health|metrics|ws)(\/|$)/.test(path) &&
      !path.includes('.') &&
      (request.headers.accept ?? '').includes('text/html');
    return isPage ? reply.header('cache-control', 'no-cache').sendFile('index.html') : undefined;
  };
};
