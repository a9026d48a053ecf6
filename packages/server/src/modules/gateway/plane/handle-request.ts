import type { IncomingMessage, ServerResponse } from 'node:http';
import { proseOf } from '@dumont/contracts/findings';
import { AppError } from '../../../kernel/errors.ts';
import { networkOf } from '../../../kernel/http/network-of.ts';
import { toAppError } from '../../../kernel/http/problem.ts';
import type { Consumer } from '../consumers.ts';
import type { CompiledRoute } from './compiled-route.ts';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import { answerError, clientLeftStatus, type Exchange } from './exchange.ts';
import { forward, type Forwarding, type Outcome } from './forward.ts';
import { requestHeaders } from './headers.ts';
import type { IdentityHeaders } from './identity-headers.ts';
import type { RateLimits, Verdict } from './rate-limits.ts';
import { announcedBytes, BodyTooLarge, openBody } from './request-body.ts';
import type { Target } from './target.ts';
import type { Upstream } from './upstream.ts';

export interface HandlingDeps {
  readonly limits: RateLimits;
  readonly identityHeaders: IdentityHeaders;
}

const none: readonly string[] = [];
/** A connection that is free again is taken at once: whoever comes back then meets others, not the same crowd. */
const busySeconds = 1;
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Takes a request that a route was found for to its end. Never rejects. */
export const handleRequest = async (
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  route: CompiledRoute,
  exchange: Exchange,
  deps: HandlingDeps,
): Promise<void> => {
  const { definition } = route;
  const origin = request.headers.origin;
  const cors = definition.cors === null ? [] : corsHeaders(definition.cors, origin);
  try {
    if (definition.cors !== null && isPreflight(request.method, request.headers)) {
      response.writeHead(204, [
        ...preflightHeaders(definition.cors, origin),
        'x-request-id',
        exchange.requestId,
      ]);
      response.end();
      exchange.status = 204;
      return;
    }
    const consumer = await admit(route, request.headers.authorization, exchange, deps.limits);
    const verdict = limit(route, consumer, exchange, deps.limits);
    const own = [
      'x-request-id',
      exchange.requestId,
      ...cors,
      ...(verdict === undefined ? [] : limitHeaders(verdict)),
    ];
    if (verdict?.allowed === false) {
      const error = new AppError('request.rate_limited', { retryAfterSeconds: verdict.resetSeconds });
      return answerError(request, response, error, exchange, [...cors, ...limitHeaders(verdict)]);
    }
    const { maxRequestBytes, identityAudience } = definition;
    // Most requests wait for neither.
    const body = announcedBytes(request) === 0 ? null : await openBody(request, response, maxRequestBytes);
    const identity =
      identityAudience === null ? none : await deps.identityHeaders.of(consumer, identityAudience);
    const forwarding: Forwarding = {
      method: exchange.method,
      path: `${route.rewrite === undefined ? target.path : route.rewrite(target.segments)}${target.query}`,
      headers: requestHeaders(
        request.rawHeaders,
        request.headers.connection,
        route.requestRules,
        forwardedHeaders(request, route, exchange, identity),
      ),
      body,
      timeouts: definition.timeouts,
      maxResponseBytes: definition.maxResponseBytes,
      responseRules: route.responseRules,
      ownHeaders: own,
    };
    await send(request, response, route, forwarding, exchange, cors);
  } catch (error) {
    answerError(request, response, errorOf(error), exchange, cors);
  }
};

const errorOf = (error: unknown): AppError => {
  if (error instanceof BodyTooLarge)
    return new AppError('request.too_large', { limitBytes: error.limitBytes });
  if ((error as { code?: unknown }).code === 'ECONNRESET')
    return new AppError('request.malformed', { reason: 'it broke off' }, { cause: error });
  return toAppError(error);
};

/** Whom the request is of, if the route asks. */
export const admit = async (
  route: CompiledRoute,
  authorization: string | undefined,
  exchange: Exchange,
  limits: RateLimits,
): Promise<Consumer | undefined> => {
  const { admission } = route;
  if (admission === undefined) return undefined;
  try {
    return (exchange.consumer = admission.recall(authorization) ?? (await admission.admit(authorization)));
  } catch (error) {
    // Whoever tries tokens is counted by their address, so that a limit by subject is none for guesses.
    const verdict = limit(route, undefined, exchange, limits);
    if (verdict?.allowed === false)
      throw new AppError(
        'request.rate_limited',
        { retryAfterSeconds: verdict.resetSeconds },
        { cause: error },
      );
    throw error;
  }
};

/** Counts a request by whom the route says; undefined where it has no limit. */
export const limit = (
  { limit: rule, definition }: CompiledRoute,
  consumer: Consumer | undefined,
  exchange: Exchange,
  limits: RateLimits,
): Verdict | undefined => {
  if (rule === undefined) return undefined;
  const bySubject = definition.rateLimit?.by === 'subject' && consumer !== undefined;
  return limits.take(rule, bySubject ? consumer.subject : networkOf(exchange.address));
};

/** As draft-ietf-httpapi-ratelimit-headers-06 has them. */
const limitHeaders = ({ remaining, resetSeconds }: Verdict): string[] => [
  'ratelimit-remaining',
  String(remaining),
  'ratelimit-reset',
  String(resetSeconds),
];

/** What the upstream is told besides the request itself, as a flat list. */
export const forwardedHeaders = (
  request: IncomingMessage,
  { definition }: CompiledRoute,
  exchange: Exchange,
  identity: readonly string[],
): string[] => {
  const host = request.headers.host ?? '';
  const own = [
    'x-request-id',
    exchange.requestId,
    'x-forwarded-for',
    exchange.address,
    'x-forwarded-host',
    host,
    'x-forwarded-proto',
    exchange.protocol,
    ...identity,
  ];
  if (definition.preserveHost && definition.requestHeaders.set['host'] === undefined) own.push('host', host);
  return own;
};

const send = async (
  request: IncomingMessage,
  response: ServerResponse,
  route: CompiledRoute,
  forwarding: Forwarding,
  exchange: Exchange,
  cors: readonly string[],
): Promise<void> => {
  const { retries } = route.definition;
  const isWhole = forwarding.body === null || Buffer.isBuffer(forwarding.body);
  let tried: Set<Upstream> | undefined;
  for (;;) {
    const upstream =
      route.balancer.pick(tried) ?? (tried === undefined ? undefined : route.balancer.pick(undefined));
    if (upstream === undefined) {
      const waitMs = route.balancer.waitMs() ?? 5000;
      const error = new AppError('gateway.upstream_unhealthy', {
        retryAfterSeconds: Math.ceil(waitMs / 1000),
      });
      return answerError(request, response, error, exchange, cors);
    }
    // To get a connection that others have is part of connecting.
    const slot = upstream.slots.take(route.definition.timeouts.connectMs);
    if (slot !== true && !(await slot)) {
      const error = new AppError('gateway.upstream_busy', { retryAfterSeconds: busySeconds });
      return answerError(request, response, error, exchange, cors);
    }
    const mayRetry = exchange.retries < retries && isWhole && idempotent.has(forwarding.method);
    upstream.enter();
    exchange.upstream = upstream.url;
    let outcome: Outcome;
    try {
      outcome = await forward(upstream, forwarding, response, mayRetry, exchange);
    } finally {
      upstream.slots.release();
    }
    switch (outcome.kind) {
      case 'answered':
        upstream.succeeded();
        exchange.status = outcome.status;
        exchange.bytes = outcome.bytes;
        return;
      case 'failed':
        upstream.failed(outcome.reason);
        // What never reached an upstream was not done by it, whatever it was.
        if (mayRetry || (!outcome.wasSent && isWhole && exchange.retries < retries)) {
          exchange.retries += 1;
          (tried ??= new Set()).add(upstream);
          continue;
        }
        return answerError(request, response, outcome.error, exchange, cors);
      case 'broken':
        upstream.failed(outcome.reason);
        exchange.status = outcome.status;
        exchange.bytes = outcome.bytes;
        exchange.error = proseOf(outcome.reason);
        return;
      case 'client_left':
        upstream.left();
        exchange.status = clientLeftStatus;
        exchange.bytes = outcome.bytes;
        return;
      case 'refused':
        upstream.left();
        return answerError(request, response, outcome.error, exchange, cors);
    }
  }
};
