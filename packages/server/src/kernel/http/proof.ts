import type { FastifyRequest } from 'fastify';
import type { Proof } from '../access/authenticator.ts';
import { AppError } from '../errors.ts';

export const sessionCookie = 'dumont_session';
export const csrfCookie = 'dumont_csrf';

/** What the request shows; a header counts before a cookie, so that scripts are never taken for browsers. */
export const proofOf = (
  request: FastifyRequest,
  ticketPurpose: 'websocket' | 'download' | undefined,
): Proof | undefined => {
  const authorization = request.headers.authorization;
  if (authorization !== undefined) {
    const bearer = /^Bearer ([^\s]{1,4096})$/i.exec(authorization)?.[1];
    if (bearer === undefined) throw new AppError('auth.token_invalid');
    return { bearer };
  }
  const ticket = (request.query as Record<string, unknown> | undefined)?.['ticket'];
  if (ticketPurpose !== undefined && typeof ticket === 'string' && ticket.length <= 200) {
    return { ticket: { value: ticket, purpose: ticketPurpose } };
  }
  const cookie = request.cookies[sessionCookie];
  return cookie === undefined || cookie.length > 4096 ? undefined : { cookie };
};

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Unsafe requests with our cookies carry the CSRF token, which another site cannot read. Answers it to be checked. */
export const requireCsrfToken = (request: FastifyRequest): string | undefined => {
  if (safeMethods.has(request.method)) return undefined;
  const header = request.headers['x-csrf-token'];
  const cookie = request.cookies[csrfCookie];
  if (typeof header !== 'string' || header === '' || header !== cookie) throw new AppError('request.csrf');
  return header;
};

/** Refuses unsafe requests that another site makes a browser send; scripts with a bearer token may come from anywhere. */
export const requireOwnOrigin = (request: FastifyRequest, origin: string): void => {
  if (safeMethods.has(request.method) || request.headers.authorization !== undefined) return;
  refuseForeignOrigin(request, origin);
};

/** A WebSocket's first request is a GET, yet it opens a channel: its origin must be ours too. */
export const refuseForeignOrigin = (request: FastifyRequest, origin: string): void => {
  const from = request.headers.origin;
  const site = request.headers['sec-fetch-site'];
  const foreign =
    from === undefined ? site !== undefined && site !== 'same-origin' && site !== 'none' : from !== origin;
  if (foreign) throw new AppError('request.origin');
};
