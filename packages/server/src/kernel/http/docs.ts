import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { routes } from '@dumont/contracts/routes';
import type { FastifyInstance } from 'fastify';
import { createOpenApi } from './openapi.ts';

/** The API reference at `/docs` and its source at `/openapi.json`; everything is served from here. */
export const serveDocs = async (app: FastifyInstance, version: string): Promise<void> => {
  const document = createOpenApi(routes, version);
  const json = JSON.stringify(document);
  app.get('/openapi.json', async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(json),
  );
  await app.register(swagger, { mode: 'static', specification: { document: document as never } });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { docExpansion: 'none', deepLinking: true },
  });
};
