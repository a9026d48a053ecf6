import { permissionsOf } from '@dumont/contracts/access';
import { Problem } from '@dumont/contracts/errors';
import type { Route } from '@dumont/contracts/route';
import { z } from 'zod';
import { errorStatuses } from './register-route.ts';

type Json = Record<string, unknown>;

const describeNeed = ({ access }: Route): { description?: string } => {
  const needed = permissionsOf(access).map((permission) => `\`${permission}\``);
  return needed.length === 0 ? {} : { description: `Needs the permission ${needed.join(' or ')}.` };
};

/** The OpenAPI 3.1 document of a route table. */
export const createOpenApi = (routes: Readonly<Record<string, Route>>, version: string): Json => {
  const components: Record<string, Json> = {};

  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
    const json = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      target: 'draft-2020-12',
      reused: 'inline',
    }) as Json;
    const {
      $schema: _,
      $defs: definitions,
      ...rest
    } = json as { $schema?: string; $defs?: Record<string, Json> } & Json;
    for (const [id, definition] of Object.entries(definitions ?? {})) {
      components[io === 'input' ? `${id}Given` : id] ??= moveReferences(definition, io);
    }
    const id = schema.meta()?.['id'];
    if (typeof id !== 'string') return moveReferences(rest, io);
    const name = io === 'input' ? `${id}Given` : id;
    components[name] ??= moveReferences(rest, io);
    return { $ref: `#/components/schemas/${name}` };
  };

  const parametersOf = (route: Route): Json[] =>
    (['params', 'query'] as const).flatMap((part) => {
      const schema = route[part];
      if (!(schema instanceof z.ZodObject)) return [];
      return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => ({
        name,
        in: part === 'params' ? 'path' : 'query',
        required: part === 'params' || !field.safeParse(undefined).success,
        schema: schemaOf(field, 'input'),
      }));
    });

  const operationOf = (name: string, route: Route): Json => {
    const success =
      route.status === 204
        ? { description: 'Done' }
        : {
            description: 'Done',
            content:
              route.produces === undefined
                ? { 'application/json': { schema: schemaOf(route.response ?? z.null(), 'output') } }
                : { [route.produces]: { schema: { type: 'string' } } },
          };
    const errors = [...errorStatuses(route)].map(([status, codes]) => [
      String(status),
      {
        description: codes.join(', '),
        content: { 'application/problem+json': { schema: schemaOf(Problem, 'output') } },
      },
    ]);
    return {
      operationId: name,
      tags: [route.tag],
      summary: route.summary,
      ...(route.access.kind === 'public' ? { security: [] } : {}),
      ...describeNeed(route),
      parameters: [
        ...parametersOf(route),
        ...(route.idempotent === true
          ? [
              {
                name: 'Idempotency-Key',
                in: 'header',
                required: false,
                schema: { type: 'string', maxLength: 200 },
              },
            ]
          : []),
      ],
      ...(route.body === undefined
        ? {}
        : {
            requestBody: {
              required: route.bodyOptional !== true,
              content: { 'application/json': { schema: schemaOf(route.body, 'input') } },
            },
          }),
      responses: { [String(route.status ?? 200)]: success, ...Object.fromEntries(errors) },
    };
  };

  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries(routes)) {
    for (const [index, path] of [route.path, ...(route.aliases ?? [])].entries()) {
      const operation = operationOf(index === 0 ? name : `${name}Alias${index}`, route);
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Dumont', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT or API token' } },
    },
  };
};

/** References of one schema point into itself; in the document they point at the components. */
const moveReferences = (json: Json, io: 'input' | 'output'): Json =>
  JSON.parse(
    JSON.stringify(json).replaceAll(
      /"#\/\$defs\/([^"]+)"/g,
      (_, id: string) => `"#/components/schemas/${io === 'input' ? `${id}Given` : id}"`,
    ),
  ) as Json;
