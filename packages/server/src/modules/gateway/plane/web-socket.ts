import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { AppError } from '../../../kernel/errors.ts';
import { problemOf } from '../../../kernel/http/problem.ts';
import type { CompiledRoute } from './compiled-route.ts';
import { clientLeftStatus, type Exchange } from './exchange.ts';
import { reasonOf } from './forward.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import type { Upstream } from './upstream.ts';

/** A token in the list of protocols: browsers can send no other header with a WebSocket. */
const tokenProtocol = 'bearer.';

/** The request as if its token stood in `Authorization`; services never see the protocol that carried it. */
export const tokenOfProtocols = (
  request: IncomingMessage,
): { authorization: string | undefined; protocols: string[] } => {
  const protocols = (request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const token = protocols.find((name) => name.startsWith(tokenProtocol))?.slice(tokenProtocol.length);
  return {
    authorization: request.headers.authorization ?? (token === undefined ? undefined : `Bearer ${token}`),
    protocols: protocols.filter((name) => !name.startsWith(tokenProtocol)),
  };
};

/** Answers a request for another protocol with an error, and closes. */
export const refuseUpgrade = (socket: Duplex, error: AppError, exchange: Exchange): void => {
  exchange.status = error.status;
  exchange.error = error.code;
  const body = JSON.stringify(problemOf(error, exchange.requestId));
  const answer = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${exchange.requestId}`,
    'connection: close',
    '',
    body,
  ];
  // A client that does not close its end would keep the connection, and nothing counts those.
  socket.end(answer.join('\r\n'), () => socket.destroy());
};

/** Asks the upstream for the WebSocket and joins both ends; resolves when it is over. */
export const joinWebSocket = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  upstream: Upstream,
  route: CompiledRoute,
  path: string,
  own: readonly string[],
  protocols: readonly string[],
  exchange: Exchange,
): Promise<void> =>
  new Promise((resolve) => {
    const { set, remove } = route.requestRules;
    // The client's list names the token too: the service gets the rest of it.
    const rules = { set, remove: new Set([...remove, 'sec-websocket-protocol']) };
    const headers = requestHeaders(request.rawHeaders, undefined, rules, [
      ...own,
      ...(protocols.length === 0 ? [] : ['sec-websocket-protocol', protocols.join(', ')]),
    ]);
    let controller: Dispatcher.DispatchController | undefined;
    const onGone = (): void => {
      exchange.status = clientLeftStatus;
      controller?.abort(new Error('the client left'));
      upstream.left();
      resolve();
    };
    // Who left while a token was verified is not told of any more.
    if (socket.destroyed) return onGone();
    socket.once('close', onGone);
    const refuse = (error: AppError): void => {
      socket.off('close', onGone);
      refuseUpgrade(socket, error, exchange);
      resolve();
    };

    upstream.dispatcher.dispatch(
      {
        origin: upstream.url,
        method: 'GET',
        path,
        headers,
        upgrade: 'websocket',
        headersTimeout: route.definition.timeouts.responseMs,
        bodyTimeout: 0,
      },
      {
        onRequestStart: (given) => {
          controller = given;
        },
        onRequestUpgrade: (_, status, given, far) => {
          upstream.succeeded();
          exchange.status = status;
          exchange.answeredMs = exchange.now();
          const answer = responseHeaders(given, route.responseRules, ['x-request-id', exchange.requestId]);
          const lines = ['HTTP/1.1 101 Switching Protocols', 'connection: Upgrade', 'upgrade: websocket'];
          for (let index = 0; index < answer.length; index += 2)
            lines.push(`${answer[index]}: ${answer[index + 1]}`);
          socket.off('close', onGone);
          socket.write(`${lines.join('\r\n')}\r\n\r\n`);
          if (head.length > 0) far.write(head);
          join(socket, far, resolve);
        },
        onResponseStart: (given, status) => {
          upstream.succeeded();
          given.abort(new Error('no WebSocket'));
          refuse(
            status < 500 ? new AppError('request.not_found') : new AppError('gateway.upstream_broke_off'),
          );
        },
        onResponseError: (_, error) => {
          if (exchange.status !== 0) return;
          upstream.failed(reasonOf(error));
          refuse(new AppError('gateway.upstream_unreachable', {}, { cause: error }));
        },
      },
    );
  });

/** Both ends end together, at once or after what was still to be written. */
const join = (near: Duplex, far: Duplex, done: () => void): void => {
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => other.destroy());
    one.once('close', () => {
      other.destroy();
      done();
    });
  }
  near.pipe(far);
  far.pipe(near);
};
