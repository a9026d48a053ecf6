import { permissionsOf } from '@dumont/contracts/access';
import { errorCatalogue } from '@dumont/contracts/error-catalogue';
import type { Route } from '@dumont/contracts/route';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../access/authenticator.ts';
import { can, type Caller } from '../access/caller.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { Reply, type Cookie, type RequestContext } from './handlers.ts';
import { proofOf, requireCsrfToken, requireOwnOrigin } from './proof.ts';
import type { RateLimit } from './rate-limit.ts';
import { sendPacked } from './send-packed.ts';
import { parseInput } from './validate.ts';

export interface RouteDeps {
  readonly authenticator: Authenticator;
  readonly log: Logger;
  readonly validateResponses: boolean;
  readonly publicUrl: string | undefined;
  readonly limits: {
    readonly calls: RateLimit;
    readonly credentials: RateLimit;
    readonly expensive: RateLimit;
  };
}

type AnyHandler = (input: {
  params: unknown;
  query: unknown;
  body: unknown;
  caller: Caller | undefined;
  context: RequestContext;
}) => Promise<unknown>;

const fastifyPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

export const originOf = (request: FastifyRequest, publicUrl: string | undefined): string =>
  publicUrl === undefined ? `${request.protocol}://${request.host}` : new URL(publicUrl).origin;

/** Registers a contract route with its handler: who asks, whether they may, whether the input is right, then the work. */
export const registerRoute = (
  app: FastifyInstance,
  name: string,
  route: Route,
  handler: AnyHandler,
  deps: RouteDeps,
): void => {
  const takesTicket = route.produces === 'text/plain' || route.produces === 'application/octet-stream';
  const needed = permissionsOf(route.access);
  const isMetrics = name === 'metrics';

  const identify = async (request: FastifyRequest): Promise<Caller | undefined> => {
    if (route.access.kind === 'machine') return undefined;
    let proof;
    try {
      proof = proofOf(request, takesTicket ? 'download' : undefined);
      if (proof === undefined) return undefined;
      const caller = await deps.authenticator.authenticate(proof, {
        beforePasswordChange: route.beforePasswordChange === true,
      });
      if (proof.cookie !== undefined && route.access.kind !== 'public') {
        const csrfToken = requireCsrfToken(request);
        if (csrfToken !== undefined && !deps.authenticator.csrfValid(caller, csrfToken))
          throw new AppError('request.csrf');
      }
      return caller;
    } catch (error) {
      // A stale token must not keep anyone from signing in again.
      if (route.access.kind === 'public') return undefined;
      throw error;
    }
  };

  const authorize = (request: FastifyRequest, caller: Caller | undefined): void => {
    if (route.access.kind === 'public') return;
    if (route.access.kind === 'machine') {
      // Whose token it is, module machines says.
      if (bearerOf(request) === undefined) throw new AppError('agent.token');
      return;
    }
    if (caller === undefined) {
      if (isMetrics && isLoopback(request)) return;
      throw new AppError('auth.required');
    }
    deps.limits.calls.take(caller.userId);
    if (needed.length > 0 && !needed.some((permission) => can(caller, permission)))
      throw new AppError('access.forbidden', { permission: needed.join(', ') });
  };

  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    requireOwnOrigin(request, originOf(request, deps.publicUrl));
    if (route.limit === 'credentials') deps.limits.credentials.take(request.ip);
    const caller = await identify(request);
    authorize(request, caller);
    if (route.limit === 'expensive') deps.limits.expensive.take(caller?.userId ?? request.ip);
    const query = request.query as Record<string, unknown>;
    if (takesTicket) delete query['ticket'];
    const raw = { params: request.params, query, body: request.body ?? undefined };
    const input = parseInput(route, raw);
    const result = await handler({ ...input, caller, context: contextOf(request, reply, deps) });
    return answer(reply, route, result, deps);
  };

  for (const path of [route.path, ...(route.aliases ?? [])]) {
    app.route({
      method: route.method,
      url: fastifyPath(path),
      ...(route.bodyLimitBytes === undefined ? {} : { bodyLimit: route.bodyLimitBytes }),
      config: { operation: name, errorFormat: route.errorFormat ?? 'problem' },
      handler: serve,
    });
  }
};

const bearerOf = (request: FastifyRequest): string | undefined =>
  /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];

const isLoopback = (request: FastifyRequest): boolean =>
  ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress ?? '') &&
  request.headers['x-forwarded-for'] === undefined &&
  request.headers['forwarded'] === undefined;

const contextOf = (request: FastifyRequest, reply: FastifyReply, deps: RouteDeps): RequestContext => {
  const idempotencyKey = request.headers['idempotency-key'];
  if (
    idempotencyKey !== undefined &&
    (typeof idempotencyKey !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(idempotencyKey))
  ) {
    throw new AppError(
      'request.invalid',
      { count: 1 },
      {
        issues: [{ path: 'headers.idempotency-key', message: '1 to 200 visible characters' }],
      },
    );
  }
  return {
    requestId: request.id,
    address: request.ip,
    userAgent: request.headers['user-agent'],
    // A child logger costs; made only for who logs.
    get log() {
      return deps.log.child({ requestId: request.id });
    },
    get signal() {
      const abort = new AbortController();
      // Not the request's: one whose body was read is closed already.
      reply.raw.once('close', () => abort.abort());
      return abort.signal;
    },
    idempotencyKey,
    bearer: bearerOf(request),
    cookies: request.cookies,
    secure: request.protocol === 'https' || deps.publicUrl?.startsWith('https:') === true,
    origin: originOf(request, deps.publicUrl),
  };
};

const setCookies = (reply: FastifyReply, cookies: readonly Cookie[], secure: boolean): void => {
  for (const cookie of cookies) {
    void reply.setCookie(cookie.name, cookie.value, {
      path: cookie.path,
      maxAge: cookie.maxAgeSeconds,
      httpOnly: cookie.httpOnly,
      sameSite: cookie.sameSite ?? 'strict',
      secure,
    });
  }
};

const answer = async (
  reply: FastifyReply,
  route: Route,
  result: unknown,
  deps: RouteDeps,
): Promise<FastifyReply> => {
  let body = result;
  if (result instanceof Reply) {
    const secure = reply.request.protocol === 'https' || deps.publicUrl?.startsWith('https:') === true;
    setCookies(reply, result.cookies, secure);
    if (result.redirect !== undefined) return reply.redirect(result.redirect, 303);
    if (result.stream !== undefined) {
      const { content, mediaType, sizeBytes, fileName, isImmutable } = result.stream;
      const caching = isImmutable === true ? 'private, max-age=31536000, immutable' : 'no-store';
      void reply.type(mediaType).header('cache-control', caching);
      if (sizeBytes !== undefined) void reply.header('content-length', sizeBytes);
      if (fileName !== undefined) {
        void reply.header(
          'content-disposition',
          `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
        );
      }
      return reply.send(content);
    }
    if (result.packed !== undefined) {
      void reply.type('application/json; charset=utf-8').header('cache-control', 'no-store');
      return sendPacked(reply, [result.packed]);
    }
    body = result.body;
  }
  const status = route.status ?? 200;
  void reply.code(status).header('cache-control', 'no-store');
  if (status === 204) return reply.send();
  if (deps.validateResponses && route.response !== undefined) {
    const checked = route.response.safeParse(body);
    if (!checked.success)
      throw new Error(
        `the answer of ${route.method} ${route.path} breaks its contract: ${checked.error.message}`,
      );
  }
  return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
};

/** The statuses a route may answer, for the OpenAPI document. */
export const errorStatuses = (route: Route): ReadonlyMap<number, readonly string[]> => {
  const byStatus = new Map<number, string[]>();
  const common = [
    'request.invalid',
    'request.malformed',
    'request.rate_limited',
    'server.overloaded',
  ] as const;
  const login =
    route.access.kind === 'public' || route.access.kind === 'machine'
      ? []
      : (['auth.required', 'auth.token_invalid'] as const);
  const forbidden = permissionsOf(route.access).length > 0 ? (['access.forbidden'] as const) : [];
  const password =
    route.access.kind === 'public' || route.access.kind === 'machine' || route.beforePasswordChange === true
      ? []
      : (['auth.password_change_required'] as const);
  for (const code of [...common, ...login, ...password, ...forbidden, ...(route.errors ?? [])]) {
    const status = errorCatalogue[code][0];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
};
