import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Failure } from '../../application/failure.ts';
import type { Caller } from '../../domain/caller.ts';
import { Answer, type Endpoint } from './endpoint.ts';
import type { Identify } from './identity.ts';

const nobody: Caller = { kind: 'anonymous' };
const { localeError } = z.locales.pt();
const maxNamedIssues = 5;
const noBody = z.strictObject({}).optional();
const maxDepth = 16;

/** Recursive readers of JSON have a stack that a small body could exhaust. */
const isTooDeep = (value: unknown): boolean => {
  let level = [value];
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null && !Buffer.isBuffer(item)
        ? (Object.values(item) as unknown[])
        : [],
    );
    if (level.length === 0) return false;
  }
  return true;
};

/** All parts of a request by their schemas; what is wrong is named, not repeated. */
const parse = (target: Endpoint, request: FastifyRequest): { params: never; query: never; body: never } => {
  const issues: string[] = [];
  const read = (value: unknown, schema: z.ZodType | undefined): unknown => {
    if (schema === undefined) return undefined;
    const result = schema.safeParse(value, { error: localeError });
    if (result.success) return result.data;
    for (const issue of result.error.issues)
      issues.push(`${issue.path.join('.') || 'corpo'}: ${issue.message}`);
    return undefined;
  };
  if (isTooDeep(request.body)) throw new Failure('requisicao_invalida', 'O corpo tem níveis demais.');
  const takesBytes = target.bodyBytes !== undefined;
  const parts = {
    params: read(request.params, target.params),
    query: read(request.query, target.query ?? z.strictObject({})),
    body: takesBytes ? request.body : read(request.body ?? undefined, target.body ?? noBody),
  };
  if (issues.length > 0) throw new Failure('requisicao_invalida', issues.slice(0, maxNamedIssues).join('; '));
  return parts as { params: never; query: never; body: never };
};

export const authorise = async (
  access: Endpoint['access'],
  request: FastifyRequest,
  identify: Identify,
): Promise<Caller> => {
  if (access === 'open') return nobody;
  const assertion = request.headers['x-gateway-identity'];
  const caller = await identify(typeof assertion === 'string' ? assertion : undefined);
  if (access === 'anyone') return caller;
  if (caller.kind !== 'user' || !caller.roles.some((role) => access.includes(role)))
    throw new Failure('proibido');
  return caller;
};

const send = (reply: FastifyReply, target: Endpoint, result: unknown): FastifyReply => {
  if (!(result instanceof Answer)) {
    void reply.code(target.status).header('cache-control', 'no-store');
    return target.status === 204
      ? reply.send()
      : reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(result));
  }
  void reply.code(result.status).headers(result.headers);
  if (result.body === undefined || Buffer.isBuffer(result.body) || 'pipe' in result.body)
    return reply.send(result.body);
  return reply
    .header('cache-control', 'no-store')
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(result.body));
};

/** The path as the framework writes it. */
const routeOf = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Who asks, whether they may, whether what they send is right: then the endpoint's own work. */
export const registerEndpoint = (app: FastifyInstance, target: Endpoint, identify: Identify): void => {
  const places = [{ path: target.path }, ...(target.aliases ?? [])];
  for (const place of places) {
    const method = 'method' in place && place.method !== undefined ? place.method : target.method;
    app.route({
      method,
      url: routeOf(place.path),
      config: { endpoint: place.path },
      ...(target.bodyBytes === undefined ? {} : { bodyLimit: target.bodyBytes.max }),
      // Before the body is read: nobody makes us take in what they may not send.
      onRequest: async (request) => {
        request.identified = await authorise(target.access, request, identify);
      },
      handler: async (request, reply) => {
        const input = parse(target, request);
        const result = await target.handle({
          ...input,
          caller: request.identified ?? nobody,
          headers: request.headers,
          rawQuery: request.query as Record<string, unknown>,
        });
        return send(reply, target, result);
      },
    });
  }
};
