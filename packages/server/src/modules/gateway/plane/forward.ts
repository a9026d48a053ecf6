import type { ServerResponse } from 'node:http';
import type { Finding } from '@dumont/contracts/finding';
import type { FindingCode } from '@dumont/contracts/finding-texts';
import { errors, type Dispatcher } from 'undici';
import { AppError } from '../../../kernel/errors.ts';
import type { Exchange } from './exchange.ts';
import { responseHeaders, type HeaderRules } from './headers.ts';
import { BodyTooLarge } from './request-body.ts';
import type { Upstream } from './upstream.ts';

export interface Forwarding {
  readonly method: string;
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer | AsyncIterable<Buffer> | null;
  readonly timeouts: { readonly responseMs: number; readonly idleMs: number };
  readonly maxResponseBytes: number | null;
  readonly responseRules: HeaderRules;
  /** Headers of the answer that are ours, as a flat list. */
  readonly ownHeaders: readonly string[];
}

/** What came of asking one upstream. */
export type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly bytes: number }
  /** Nothing has gone to the client yet: another upstream may be asked, or the error told. */
  | { readonly kind: 'failed'; readonly error: AppError; readonly reason: Finding; readonly wasSent: boolean }
  /** The answer had begun; the connection to the client was broken, so that nobody takes it for whole. */
  | { readonly kind: 'broken'; readonly status: number; readonly bytes: number; readonly reason: Finding }
  | { readonly kind: 'client_left'; readonly bytes: number }
  | { readonly kind: 'refused'; readonly error: AppError };

/** Answers that say that the upstream did not do it: another one may. */
const unavailable = new Set([502, 503, 504]);

/**
 * Asks one upstream and streams its answer to the client, as fast as the client takes it. With `mayRetry` an answer
 * 502, 503 or 504 is taken as a failure instead of being passed on. Says in `exchange` when the answer began.
 */
export const forward = (
  { dispatcher, url }: Upstream,
  request: Forwarding,
  response: ServerResponse,
  mayRetry: boolean,
  exchange: Pick<Exchange, 'now' | 'answeredMs'>,
): Promise<Outcome> =>
  new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let bytes = 0;
    let expected: number | undefined;
    let wasSent = false;
    let isSettled = false;

    const settle = (outcome: Outcome): void => {
      if (isSettled) return;
      isSettled = true;
      response.off('close', onClose);
      resolve(outcome);
    };
    const onClose = (): void => {
      if (response.writableFinished) return;
      settle({ kind: 'client_left', bytes });
      controller?.abort(new Error('the client left'));
    };
    // Who left while a token was verified or a body read is not told of any more.
    if (response.req.socket.destroyed) return settle({ kind: 'client_left', bytes });
    response.on('close', onClose);
    const cutOff = (reason: Finding): void => {
      settle({ kind: 'broken', status, bytes, reason });
      controller?.abort(new Error(reason.code));
      response.destroy();
    };

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (given) => {
        controller = given;
        wasSent = true;
        if (isSettled) given.abort(new Error('the client left'));
      },
      onResponseStart: (_, statusCode, headers) => {
        if (statusCode < 200 || isSettled) return;
        if (mayRetry && unavailable.has(statusCode)) {
          const reason = finding('upstream.answered', { status: statusCode });
          const error = new AppError('gateway.upstream_broke_off');
          settle({ kind: 'failed', error, reason, wasSent: true });
          controller?.abort(new Error(reason.code));
          return;
        }
        const length = Number(headers['content-length'] ?? Number.NaN);
        expected = Number.isSafeInteger(length) ? length : undefined;
        if (request.maxResponseBytes !== null && (expected ?? 0) > request.maxResponseBytes) {
          settle({ kind: 'refused', error: new AppError('gateway.response_too_large') });
          controller?.abort(new Error('the answer is too large'));
          return;
        }
        status = statusCode;
        exchange.answeredMs = exchange.now();
        response.writeHead(statusCode, responseHeaders(headers, request.responseRules, request.ownHeaders));
        // Events of a stream come when they come: the client must not wait for the first to know that it is there.
        if (expected === undefined) response.flushHeaders();
      },
      onResponseData: (given, chunk) => {
        if (isSettled) return;
        bytes += chunk.length;
        if (request.maxResponseBytes !== null && bytes > request.maxResponseBytes)
          return cutOff(finding('upstream.too_long'));
        if (bytes === expected && bytes === chunk.length) {
          endWith(response, chunk);
          watchReader(response, request.timeouts.idleMs);
        } else if (!response.write(chunk)) {
          given.pause();
          watchReader(response, request.timeouts.idleMs);
          response.once('drain', () => {
            watchReader(response, 0);
            given.resume();
          });
        }
      },
      onResponseEnd: () => {
        if (isSettled) return;
        if (!response.writableEnded) response.end();
        watchReader(response, request.timeouts.idleMs);
        settle({ kind: 'answered', status, bytes });
      },
      onResponseError: (_, error) => {
        if (isSettled) return;
        // The client's fault, also where the upstream answered before it had the whole body.
        if (error instanceof BodyTooLarge)
          return settle({
            kind: 'refused',
            error: new AppError('request.too_large', { limitBytes: error.limitBytes }),
          });
        // Its body broke off, or stood still for too long.
        if (response.req.errored !== null) return settle({ kind: 'client_left', bytes });
        if (status !== 0) return cutOff(reasonOf(error));
        settle({ kind: 'failed', error: errorOf(error), reason: reasonOf(error), wasSent });
      },
    };
    try {
      dispatcher.dispatch(
        {
          origin: url,
          method: request.method,
          path: request.path,
          headers: request.headers,
          body: request.body as Dispatcher.DispatchOptions['body'],
          headersTimeout: request.timeouts.responseMs,
          bodyTimeout: request.timeouts.idleMs,
        } as Dispatcher.DispatchOptions,
        handler,
      );
    } catch (error) {
      settle({ kind: 'failed', error: errorOf(error), reason: reasonOf(error), wasSent: false });
    }
  });

/** Node joins the head of an answer with a text, but not with bytes: one write instead of a vector of two. */
const textBytes = 16 * 1024;

/** A whole answer in one piece leaves in one piece, with its headers. Latin-1 is one character for each byte. */
const endWith = (response: ServerResponse, chunk: Buffer): void => {
  if (chunk.length > textBytes) response.end(chunk);
  else response.end(chunk.toString('latin1'), 'latin1');
};

/**
 * Breaks the connection to a client that takes nothing for so long of what waits for it: it would keep one to the
 * upstream, and those are counted. 0: no more.
 */
const watchReader = (response: ServerResponse, idleMs: number): void => {
  if (idleMs === 0 || response.writableLength > 0) response.setTimeout(idleMs);
};

const errorOf = (error: unknown): AppError => {
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError)
    return new AppError('gateway.upstream_late', {}, { cause: error });
  if (error instanceof errors.SocketError || error instanceof errors.HTTPParserError)
    return new AppError('gateway.upstream_broke_off', {}, { cause: error });
  return new AppError('gateway.upstream_unreachable', {}, { cause: error });
};

const finding = (code: FindingCode, params: Finding['params'] = {}): Finding => ({ code, params });

/** For operators: the health of the upstream and the log. */
export const reasonOf = (error: unknown): Finding => {
  if (error instanceof errors.HeadersTimeoutError) return finding('upstream.late');
  if (error instanceof errors.BodyTimeoutError) return finding('upstream.stopped');
  if (error instanceof errors.ConnectTimeoutError) return finding('upstream.no_connection_in_time');
  if (error instanceof errors.HTTPParserError) return finding('upstream.not_http');
  const code = (error as { code?: unknown }).code;
  if (code === 'ECONNREFUSED') return finding('upstream.no_connection');
  if (code === 'ENOTFOUND') return finding('upstream.unknown_name');
  if (error instanceof errors.SocketError || code === 'ECONNRESET') return finding('upstream.broke_off');
  if (error instanceof AppError && error.code === 'outbound.refused') return finding('upstream.not_allowed');
  return finding('upstream.failed', { reason: typeof code === 'string' ? code : 'unknown' });
};
