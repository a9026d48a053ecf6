import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { FailureCode } from '../../application/failure.ts';
import type { Endpoint } from './endpoint.ts';
import { statusOf } from './status-of.ts';

type Json = Record<string, unknown>;

const usual: readonly FailureCode[] = ['requisicao_invalida', 'sobrecarregado'];

/** The OpenAPI 3.1 document of the endpoints. */
export const createOpenApi = (endpoints: readonly Endpoint[]): Json => {
  const components: Record<string, Json> = {
    Erro: {
      type: 'object',
      properties: { code: { type: 'string' }, message: { type: 'string' } },
      required: ['code', 'message'],
      additionalProperties: false,
    },
  };

  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
    const { $schema: _, ...json } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      reused: 'inline',
    }) as Json;
    const { $defs: definitions, ...rest } = json as { $defs?: Record<string, Json> } & Json;
    for (const [id, definition] of Object.entries(definitions ?? {}))
      components[id] ??= moveReferences(definition);
    const id = schema.meta()?.['id'];
    if (typeof id !== 'string') return moveReferences(rest);
    components[id] ??= moveReferences(rest);
    return { $ref: `#/components/schemas/${id}` };
  };

  const parametersOf = (target: Endpoint): Json[] => [
    ...(['params', 'query'] as const).flatMap((part) =>
      Object.entries((target[part]?.shape ?? {}) as Record<string, z.ZodType>).map(([name, field]) => ({
        name,
        in: part === 'params' ? 'path' : 'query',
        required: part === 'params',
        schema: schemaOf(field, 'input'),
      })),
    ),
    ...(target.headers ?? []).map(({ name, description }) => ({
      name,
      in: 'header',
      required: false,
      description,
      schema: { type: 'string' },
    })),
  ];

  const bodyOf = (target: Endpoint): Json => {
    if (target.bodyBytes !== undefined) {
      const bytes = { schema: { type: 'string', format: 'binary' } };
      return {
        requestBody: {
          required: true,
          content: Object.fromEntries(target.bodyBytes.types.map((type) => [type, bytes])),
        },
      };
    }
    if (target.body === undefined) return {};
    const json = { schema: schemaOf(target.body, 'input'), example: target.example.body };
    return { requestBody: { required: true, content: { 'application/json': json } } };
  };

  const successOf = (target: Endpoint): Json => {
    if (target.status === 204) return { description: 'Feito' };
    const content =
      target.produces === undefined
        ? {
            'application/json': {
              schema: schemaOf(target.response ?? z.null(), 'output'),
              example: target.example.response,
            },
          }
        : { [target.produces]: { schema: { type: 'string', format: 'binary' } } };
    return { description: 'Feito', content };
  };

  const errorsOf = (target: Endpoint): Json => {
    const own: readonly FailureCode[] = [
      ...usual,
      ...(target.access === 'open' ? [] : (['nao_autenticado'] as const)),
      ...(typeof target.access === 'string' ? [] : (['proibido'] as const)),
      ...(target.errors ?? []),
    ];
    const byStatus = Map.groupBy(new Set(own), (code) => statusOf[code]);
    return Object.fromEntries(
      [...byStatus].map(([status, codes]) => [
        String(status),
        {
          description: codes.join(', '),
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/Erro' },
              example: { code: codes[0], message: 'O que aconteceu, em palavras.' },
            },
          },
        },
      ]),
    );
  };

  const paths: Record<string, Json> = {};
  for (const target of endpoints) {
    for (const place of [{ path: target.path }, ...(target.aliases ?? [])]) {
      const method = ('method' in place ? place.method : undefined) ?? target.method;
      paths[place.path] = {
        ...paths[place.path],
        [method.toLowerCase()]: {
          operationId: `${method.toLowerCase()}${place.path.replaceAll(/[^a-z]+(.)?/g, (_, next?: string) => (next ?? '').toUpperCase())}`,
          tags: [target.tag],
          summary: target.summary,
          ...(typeof target.access === 'string'
            ? {}
            : { description: `Para a equipe: ${target.access.join(', ')}.` }),
          security: target.access === 'open' ? [] : [{ gateway: [] }],
          parameters: parametersOf(target),
          ...bodyOf(target),
          responses: { [String(target.status)]: successOf(target), ...errorsOf(target) },
        },
      };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'FastFood',
      version: '1.0.0',
      description: 'Pedidos de um restaurante: cardápio, pedido, pagamento por QR code, cozinha e retirada.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        gateway: {
          type: 'apiKey',
          in: 'header',
          name: 'x-gateway-identity',
          description: 'Quem pede, atestado pelo gateway; quem passa por ele não envia este cabeçalho.',
        },
      },
    },
  };
};

/** References of one schema point into itself; in the document they point at the components. */
const moveReferences = (json: Json): Json =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;

/** The reference at `/docs` and its source at `/openapi.json`; everything is served from here. */
export const serveDocs = async (app: FastifyInstance, endpoints: readonly Endpoint[]): Promise<void> => {
  const document = createOpenApi(endpoints);
  const json = JSON.stringify(document);
  app.get('/openapi.json', { config: { endpoint: '/openapi.json' } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(json),
  );
  await app.register(swagger, { mode: 'static', specification: { document: document as never } });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { docExpansion: 'list' },
  });
};
