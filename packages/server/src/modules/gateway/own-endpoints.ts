import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import type { CustomerDoor, DoorAnswer, DoorHandler } from '../customers/index.ts';
import { answerError, type Exchange } from './plane/exchange.ts';
import type { OwnEndpoint } from './plane/plane.ts';
import { AppError } from '../../kernel/errors.ts';
import { BodyTooLarge, openBody } from './plane/request-body.ts';

const maxBodyBytes = 16 * 1024;

/** What the gateway answers itself, whatever the routes say. */
export const ownAddresses = [
  'POST /auth',
  'POST /validate',
  'POST /cadastro',
  'GET /.well-known/jwks.json',
  'GET /health',
] as const;
type OwnAddress = (typeof ownAddresses)[number];

/** What the gateway answers itself: customers' tokens, the keys that its word is verified by, and that it is there. */
export const createOwnEndpoints = (
  deps: Omit<CustomerDoor, 'verify'> & {
    jwks: () => Promise<{ keys: JWK[] }>;
  },
): ReadonlyMap<string, OwnEndpoint> => {
  const endpoints: Record<OwnAddress, OwnEndpoint> = {
    'POST /auth': ofDoor(deps.authenticate),
    'POST /validate': ofDoor(deps.validate),
    'POST /cadastro': ofDoor(deps.register),
    'GET /.well-known/jwks.json': async (_, response, exchange) =>
      send(response, exchange, {
        status: 200,
        // Keys are changed a day before they sign: a service may keep them for some minutes.
        headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
        body: JSON.stringify(await deps.jwks()),
      }),
    'GET /health': async (_, response, exchange) =>
      send(response, exchange, {
        status: 200,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
        body: '{"status":"pass"}',
      }),
  };
  return new Map(Object.entries(endpoints));
};

const ofDoor =
  (handler: DoorHandler): OwnEndpoint =>
  async (request, response, exchange) => {
    try {
      const body = await readText(request, response);
      const headers: Record<string, string | undefined> = { 'x-request-id': exchange.requestId };
      for (const [name, value] of Object.entries(request.headers))
        if (typeof value === 'string' && name !== 'x-request-id') headers[name] = value;
      send(response, exchange, await handler({ body, headers, sourceAddress: exchange.address }));
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error;
      answerError(
        request,
        response,
        new AppError('request.too_large', { limitBytes: maxBodyBytes }),
        exchange,
      );
    }
  };

const readText = async (request: IncomingMessage, response: ServerResponse): Promise<string | undefined> => {
  const body = await openBody(request, response, maxBodyBytes);
  if (body === null || Buffer.isBuffer(body)) return body?.toString('utf8');
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

const send = (response: ServerResponse, exchange: Exchange, answer: DoorAnswer): void => {
  exchange.status = answer.status;
  exchange.bytes = Buffer.byteLength(answer.body);
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': exchange.bytes,
    'x-content-type-options': 'nosniff',
    'x-request-id': exchange.requestId,
  });
  response.end(answer.body);
};
