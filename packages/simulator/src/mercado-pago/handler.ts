import type { Clock } from '../clock.ts';
import { drawHex, type Draw } from '../cloud/draw.ts';
import { isSame } from '../is-same.ts';
import type { ServedAnswer, ServedRequest } from '../serve.ts';
import { json, LegacyError, OrdersError, type Answer } from './answer.ts';
import type { Call } from './call.ts';
import { controlPrefix, handleControl, type ControlOptions } from './control.ts';
import { createInstoreOrder, getMerchantOrder, getPayment, searchMerchantOrders } from './instore-api.ts';
import { cancelOrder, createOrder, getOrder, refundOrder, searchOrders } from './orders-api.ts';
import { handlePayer } from './payer-page.ts';

type Operation = (call: Call) => Answer;

const operations: readonly (readonly [string, RegExp, Operation])[] = [
  ['POST', /^\/v1\/orders$/, createOrder],
  ['GET', /^\/v1\/orders$/, searchOrders],
  ['GET', /^\/v1\/orders\/([^/]+)$/, getOrder],
  ['POST', /^\/v1\/orders\/([^/]+)\/cancel$/, cancelOrder],
  ['POST', /^\/v1\/orders\/([^/]+)\/refund$/, refundOrder],
  ['POST', /^\/instore\/orders\/qr\/seller\/collectors\/([^/]+)\/pos\/([^/]+)\/qrs$/, createInstoreOrder],
  ['PUT', /^\/instore\/orders\/qr\/seller\/collectors\/([^/]+)\/pos\/([^/]+)\/qrs$/, createInstoreOrder],
  ['GET', /^\/merchant_orders(?:\/search)?$/, searchMerchantOrders],
  ['GET', /^\/merchant_orders\/(\d+)$/, getMerchantOrder],
  ['GET', /^\/v1\/payments\/(\d+)$/, getPayment],
];

const tooMany: Answer = json(429, {
  message: 'too_many_requests',
  error: 'local_rate_limited',
  status: 429,
  cause: [],
});

const serverError = (draw: Draw): Answer => {
  const status = draw.pick([500, 502, 503, 504]);
  return status === 500
    ? new OrdersError(500, 'internal_error', 'Internal server error').toAnswer()
    : {
        status,
        headers: { 'content-type': 'text/html' },
        body: `<html><body><h1>${status}</h1></body></html>`,
      };
};

const isOrders = (path: string): boolean => path.startsWith('/v1/orders');

const unauthorized = (path: string): Answer =>
  isOrders(path)
    ? new OrdersError(401, 'unauthorized', 'The access token is not valid.').toAnswer()
    : new LegacyError(401, 'unauthorized', 'invalid access token').toAnswer();

const decode = (part: string | undefined): string => {
  try {
    return decodeURIComponent(part ?? '');
  } catch {
    return '';
  }
};

export interface HandlerOptions {
  readonly control: ControlOptions | undefined;
  readonly provider: Call['provider'];
  readonly faults: ControlOptions['faults'];
  readonly clock: Clock;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** The wire of Mercado Pago, with the faults in front of it. */
export const createHandler = (options: HandlerOptions) => {
  const { control, provider, faults, clock, seed, signal } = options;
  const { store, account } = provider;
  let requests = 0;

  const run = (request: ServedRequest, url: URL, path: string, isStale: boolean): Answer => {
    const given = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
    if (!isSame(account.accessToken, given)) return unauthorized(path);
    provider.expireDue();
    for (const [method, pattern, operation] of operations) {
      const found = method === request.method ? pattern.exec(path) : null;
      if (found === null) continue;
      return operation({
        provider,
        request,
        path,
        query: url.searchParams,
        id: decode(found[1]),
        secondId: decode(found[2]),
        look: (orderId) => (isStale ? store.before(orderId) : store.orders.get(orderId)),
      });
    }
    return isOrders(path)
      ? new OrdersError(404, 'resource_not_found', 'Resource not found.').toAnswer()
      : new LegacyError(404, 'resource not found', 'Si quieres conocer los recursos de la API').toAnswer();
  };

  const runOrRefuse: typeof run = (...call) => {
    try {
      return run(...call);
    } catch (error) {
      if (error instanceof OrdersError || error instanceof LegacyError) return error.toAnswer();
      throw error;
    }
  };

  const answerTo = async (request: ServedRequest, url: URL, path: string): Promise<ServedAnswer> => {
    const met = faults.ofRequest(request.method, path);
    if (met?.name === 'too-many-requests') return tooMany;
    if (met?.name === 'server-error') return serverError(met.draw);
    if (met?.name === 'slow') await clock.sleep(met.delayMs, signal);
    const answer = runOrRefuse(request, url, path, met?.name === 'stale-read');
    return met?.name === 'lost-reply' ? 'lost' : answer;
  };

  return async (request: ServedRequest): Promise<ServedAnswer> => {
    const url = new URL(request.url, 'http://localhost');
    const path = url.pathname.replace(/\/+$/, '');
    if (control !== undefined && path.startsWith(controlPrefix)) return handleControl(control, request, path);
    if (path === '/pagar' || path.startsWith('/pagar/')) return handlePayer(request, path, provider);
    const answer = await answerTo(request, url, path);
    if (answer === 'lost') return answer;
    return {
      ...answer,
      headers: { ...answer.headers, 'x-request-id': drawHex(32, seed, 'reply', ++requests) },
    };
  };
};
