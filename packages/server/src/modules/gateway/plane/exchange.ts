import type { IncomingMessage, ServerResponse } from 'node:http';
import { proseOfParam } from '@dumont/contracts/findings';
import { problemOf, retryAfterOf } from '../../../kernel/http/problem.ts';
import type { AppError } from '../../../kernel/errors.ts';
import type { Consumer } from '../consumers.ts';
import type { CompiledRoute } from './compiled-route.ts';
import { errorPage } from './error-page.ts';

/** One request and what became of it: for the access log and the metrics. */
export interface Exchange {
  readonly requestId: string;
  readonly address: string;
  readonly protocol: 'http' | 'https';
  readonly method: string;
  readonly startedMs: number;
  /** The clock of `startedMs` and `answeredMs`. */
  readonly now: () => number;
  /** When the head of the answer of an upstream went out: what follows it, a stream say, may go on for hours. */
  answeredMs: number | undefined;
  path: string;
  route: CompiledRoute | undefined;
  consumer: Consumer | undefined;
  upstream: string | undefined;
  /** Tries beyond the first. */
  retries: number;
  status: number;
  bytes: number;
  /** The code of the error that was told, or why the answer was broken off. */
  error: string | undefined;
}

/** Clients that were gone before there was an answer, as nginx counts them. */
export const clientLeftStatus = 499;

/** Answers with an error, unless the answer has begun: then the connection is broken. */
export const answerError = (
  request: IncomingMessage,
  response: ServerResponse,
  error: AppError,
  exchange: Exchange,
  headers: readonly string[] = [],
): void => {
  exchange.error = error.code;
  exchange.status = error.status;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const page = errorPage(request, error, exchange.requestId);
  const body = page ?? JSON.stringify(problemOf(error, exchange.requestId));
  const retryAfter = retryAfterOf(error);
  response.writeHead(error.status, [
    ...headers,
    'content-type',
    page === undefined ? 'application/problem+json; charset=utf-8' : 'text/html; charset=utf-8',
    'content-length',
    String(Buffer.byteLength(body)),
    'cache-control',
    'no-store',
    'x-content-type-options',
    'nosniff',
    'x-request-id',
    exchange.requestId,
    ...(retryAfter === undefined ? [] : ['retry-after', String(retryAfter)]),
    ...(error.status === 401 ? ['www-authenticate', 'Bearer'] : []),
    ...(error.code === 'request.method' ? ['allow', proseOfParam(error, 'allowed')] : []),
    // What is left of the body is not worth reading, and must not be taken for the next request.
    ...(request.complete ? [] : ['connection', 'close']),
  ]);
  exchange.bytes = Buffer.byteLength(body);
  response.end(request.method === 'HEAD' ? undefined : body);
};
