import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../kernel/clock.ts';
import { createRateLimit, type RateLimit } from '../../../kernel/http/rate-limit.ts';
import { sendPacked } from '../../../kernel/http/send-packed.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { OptimizationApi } from '../../optimization/index.ts';
import { DoorError, type DoorAnswer, type DoorRequest, type DoorRoute, type DoorUser } from '../door.ts';
import { collectBody, createUnpacking, maxBodyBytes, readForm, readJson } from './body.ts';
import { answerPreflight, createCors } from './cors.ts';
import { answerOf } from './errors.ts';
import { createAddresses, findAddress, type Address } from './rules.ts';

export interface DoorDeps {
  /** Throws where the token is not good, for this route. */
  authenticate(bearer: string, route: DoorRoute): Promise<DoorUser>;
  /** Throws where the user may not do this at this address. */
  authorize(user: DoorUser, route: DoorRoute): Promise<void>;
  /** Large ones are read beside the event loop. */
  readonly documents: OptimizationApi['documents'];
  readonly clock: Clock;
  readonly log: Logger;
  /** `*` for every page of the web. */
  readonly corsOrigins: readonly string[];
  readonly requestsPerSecond: number;
}

interface Call {
  readonly route: DoorRoute;
  readonly params: Readonly<Record<string, string>>;
  readonly user: DoorUser | undefined;
  readonly mediaType: string;
}

const served = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT', 'OPTIONS'] as const;

const notFound =
  '404 Not Found: The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.';

const bearerOf = (request: FastifyRequest): string | undefined => {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const [, token] = /^Bearer (\S{1,4000})$/.exec(authorization) ?? [];
  if (token === undefined) {
    throw new DoorError(400, "Invalid Authorization header format. Must be 'Bearer <token>'");
  }
  return token;
};

const send = async (
  reply: FastifyReply,
  { status, json, pieces, stream }: DoorAnswer,
): Promise<FastifyReply> => {
  void reply.code(status).header('cache-control', 'no-store');
  if (stream !== undefined) {
    void reply.headers(stream.headers).type(stream.mediaType);
    if (reply.request.method !== 'HEAD') return reply.send(stream.content);
    stream.content.destroy();
    return reply.send();
  }
  void reply.header('content-type', 'application/json');
  const text = typeof json === 'string' ? json : JSON.stringify(json ?? {});
  return sendPacked(reply, pieces ?? [Buffer.from(text)]);
};

const sendError = (reply: FastifyReply, thrown: unknown, log: Logger): Promise<FastifyReply> => {
  const { status, json, fault, retryAfterSeconds } = answerOf(thrown);
  if (fault !== undefined) {
    const { id, method, url } = reply.request;
    log.error({ error: fault, requestId: id, method, path: url.split('?', 1)[0] }, 'a request failed');
  }
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
  return send(reply, { status, json });
};

const sendMethods = (
  reply: FastifyReply,
  { methods }: Address,
  isQuestion: boolean,
): Promise<FastifyReply> => {
  const allowed = [...methods.keys(), ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'];
  void reply.header('allow', allowed.toSorted().join(', '));
  if (isQuestion) return send(reply, { status: 200 });
  return send(reply, { status: 405, json: { message: 'The method is not allowed for the requested URL.' } });
};

const requestOf = async (
  request: FastifyRequest,
  { route, params, user, mediaType }: Call,
  body: Buffer,
  documents: DoorDeps['documents'],
): Promise<DoorRequest> => {
  // A body that a route has no use for may be anything.
  const isRead = route.body !== undefined && route.takesFile !== true;
  const document = isRead ? await readJson(documents, body, mediaType) : undefined;
  return {
    params,
    query: new URLSearchParams(request.url.split('?').slice(1).join('?')),
    address: request.ip,
    form: route.takesFile === true ? await readForm(body, mediaType) : { fields: new Map(), file: undefined },
    get bearer() {
      return bearerOf(request);
    },
    get user() {
      if (user === undefined) throw new TypeError(`${route.rule} is public: it has no user`);
      return user;
    },
    get document() {
      if (document === undefined) throw new TypeError(`${route.rule} says of no fields of its body`);
      return document;
    },
  };
};

/** Decides before the body is read: strangers fill no memory. */
const admit = async (
  request: FastifyRequest,
  route: DoorRoute,
  deps: DoorDeps,
  limits: { readonly calls: RateLimit; readonly strangers: RateLimit },
): Promise<DoorUser | undefined> => {
  if (route.roles === 'public') {
    if (route.method !== 'GET') limits.strangers.take(request.ip);
    return undefined;
  }
  const bearer = bearerOf(request);
  if (bearer === undefined) throw new DoorError(400, 'Authorization header is missing');
  const user = await deps.authenticate(bearer, route);
  limits.calls.take(user.caller.userId);
  await deps.authorize(user, route);
  return user;
};

/** Serves the Cornflow API below `prefix`, with bodies, errors and addresses of its own. */
export const serveDoor = async (
  app: FastifyInstance,
  routes: readonly DoorRoute[],
  deps: DoorDeps,
  prefix = '',
): Promise<void> => {
  const addresses = createAddresses(routes);
  const { clock, requestsPerSecond } = deps;
  const limits = {
    calls: createRateLimit(clock, requestsPerSecond, requestsPerSecond * 2),
    // Workers sign in twice for each execution, many of them from one address.
    strangers: createRateLimit(clock, 20, 400),
  };
  const allowOrigin = createCors(deps.corsOrigins);
  const calls = new WeakMap<FastifyRequest, Call>();
  const unpacked = createUnpacking();

  await app.register(
    async (door) => {
      door.removeAllContentTypeParsers();
      door.addContentTypeParser('*', async (request: FastifyRequest, payload: AsyncIterable<Buffer>) => {
        const announcedBytes = Number(request.headers['content-length'] ?? 0);
        const isPublic = calls.get(request)?.route.roles === 'public';
        return collectBody(payload, { isPublic, announcedBytes });
      });
      door.setErrorHandler((error, _request, reply) => sendError(reply, error, deps.log));
      door.addHook('onRequest', async (request, reply) => {
        allowOrigin(request, reply);
        const path = (request.url.split('?', 1)[0] ?? '').slice(prefix.length);
        const match = findAddress(addresses, path);
        if (match === undefined) {
          return send(reply, { status: 404, json: { message: '404 Not Found', error: notFound } });
        }
        const { address, params } = match;
        if (answerPreflight(request, reply, [...address.methods.keys()])) return reply;
        const method = request.method === 'HEAD' ? 'GET' : request.method;
        const route = address.methods.get(method);
        if (route === undefined) return sendMethods(reply, address, method === 'OPTIONS');
        const user = await admit(request, route, deps, limits);
        const mediaType = request.headers['content-type'] ?? '';
        calls.set(request, { route, params, user, mediaType });
        // Fastify refuses what is no media type at all, before any parser could take it.
        if (mediaType !== '') request.raw.headers['content-type'] = 'application/octet-stream';
        return undefined;
      });
      const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
        const call = calls.get(request);
        if (call === undefined) throw new TypeError('A call came past its hook.');
        const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const handle = async (body: Buffer): Promise<DoorAnswer> =>
          call.route.handle(await requestOf(request, call, body, deps.documents));
        return send(reply, await (call.route.takesGzip === true ? unpacked(sent, handle) : handle(sent)));
      };
      for (const url of ['/', '/*'])
        door.route({ method: [...served], url, bodyLimit: maxBodyBytes, handler });
    },
    { prefix },
  );
};
