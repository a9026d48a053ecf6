import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { routes } from '@dumont/contracts/routes';
import type { FastifyInstance } from 'fastify';
import { createOpenApi } from './openapi.ts';

/**
 * The API reference at `/docs` and its source at `/openapi.json`; everything is served from here. The document is made
 * for whoever asks first: that takes a quarter of a second, and most servers start without anybody reading it.
 */
export const serveDocs = async (app: FastifyInstance, version: string): Promise<void> => {
  let made: { readonly document: Record<string, unknown>; readonly json: string } | undefined;
  const make = (): NonNullable<typeof made> => {
    const document = createOpenApi(routes, version);
    return { document, json: JSON.stringify(document) };
  };
  app.get('/openapi.json', async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send((made ??= make()).json),
  );
  await app.register(swagger, { mode: 'static', specification: { document: {} as never } });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { docExpansion: 'none', deepLinking: true },
    transformSpecification: () => (made ??= make()).document,
    transformSpecificationClone: false,
  });
};
