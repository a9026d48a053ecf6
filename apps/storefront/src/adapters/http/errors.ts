import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure, type FailureCode } from '../../application/failure.ts';
import type { Logger } from '../../lib/log.ts';
import { statusOf } from './status-of.ts';

const codesOfFramework: Readonly<Record<number, FailureCode>> = {
  400: 'requisicao_invalida',
  404: 'nao_encontrado',
  405: 'metodo_invalido',
  408: 'tempo_esgotado',
  413: 'corpo_grande',
  415: 'tipo_invalido',
  414: 'requisicao_invalida',
  503: 'sobrecarregado',
};

/** Fastify's own errors carry a status; anything else that we do not know is ours. */
const failureOf = (error: unknown): Failure => {
  if (error instanceof Failure) return error;
  const status = (error as { statusCode?: unknown }).statusCode;
  const known = typeof status === 'number' ? codesOfFramework[status] : undefined;
  if (known !== undefined) return new Failure(known, undefined, { cause: error });
  // No connection to the database became free in time: whoever comes again has a chance.
  if (error instanceof Error && /timeout exceeded when trying to connect/.test(error.message)) {
    return new Failure('sobrecarregado', undefined, { cause: error });
  }
  return new Failure('erro_interno', undefined, { cause: error });
};

const bodyOf = (failure: Failure): string => JSON.stringify({ code: failure.code, message: failure.message });

export const sendError = (
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): void => {
  const failure = failureOf(error);
  const status = statusOf[failure.code];
  if (status >= 500 && failure.code !== 'sobrecarregado') {
    const { endpoint } = request.routeOptions.config;
    log.error({ error: failure, requestId: request.id, endpoint }, 'a request failed');
  }
  void reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store');
  if (status === 503) void reply.header('retry-after', '1');
  void reply.send(bodyOf(failure));
};

/** Answers what is not HTTP, or too long to be read, and closes: there is no request yet, only the connection. */
export const answerClientError = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const failure = new Failure(isSlow ? 'tempo_esgotado' : 'requisicao_invalida');
  const status = statusOf[failure.code];
  const body = bodyOf(failure);
  if (socket.writable) {
    socket.write(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
        'content-type: application/json; charset=utf-8',
        `content-length: ${Buffer.byteLength(body)}`,
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  }
  socket.destroy(error);
};
