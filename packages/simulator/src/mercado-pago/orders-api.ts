import { createHash } from 'node:crypto';
import { isObject, parseJson, type JsonObject } from '../json.ts';
import { json, OrdersError, type Answer } from './answer.ts';
import type { Call } from './call.ts';
import { parseAmount } from './money.ts';
import { refundedCents, type Order } from './order.ts';
import { readOrderRequest } from './order-request.ts';
import { orderBody, refundBody } from './order-wire.ts';
import type { KeyUse } from './provider.ts';

const keyLifeMs = 24 * 3_600_000;
const maxSearchMs = 30 * 24 * 3_600_000;
const maxKeyLength = 64;

const idPattern = /^ORD[0-9A-Z]{26}$/;

const findOrder = (call: Call, id: string): Order => {
  if (!idPattern.test(id))
    throw new OrdersError(400, 'invalid_path_param', 'The order_id must be ORD and 26 characters.');
  const order = call.look(id);
  if (order?.api !== 'orders') throw new OrdersError(404, 'order_not_found', 'Order not found.');
  return order;
};

const readKey = ({ request, path }: Call): KeyUse => {
  const id = request.headers['x-idempotency-key'];
  if (id === undefined || id === '')
    throw new OrdersError(400, 'empty_required_header', 'The X-Idempotency-Key header is required.');
  if (id.length > maxKeyLength)
    throw new OrdersError(400, 'invalid_idempotency_key_length', 'The X-Idempotency-Key is too long.');
  const requestHash = createHash('sha256').update(`${request.method} ${path}\n${request.body}`).digest('hex');
  return { id, requestHash };
};

/** The order that the same request made or changed before, within a day; undefined where the key is new. */
const findDone = ({ provider }: Call, key: KeyUse): Order | undefined => {
  const used = provider.store.keys.get(key.id);
  if (used === undefined || provider.nowMs() - used.atMs > keyLifeMs) return undefined;
  if (used.requestHash !== key.requestHash)
    throw new OrdersError(
      409,
      'idempotency_key_already_used',
      'The X-Idempotency-Key was already used with another request.',
    );
  return provider.store.orders.get(used.orderId);
};

const readBody = (text: string): JsonObject => {
  const body = parseJson(text);
  if (!isObject(body)) throw new OrdersError(400, 'json_syntax_error', 'The body is not a JSON object.');
  return body;
};

/** `POST /v1/orders` */
export const createOrder = (call: Call): Answer => {
  const { provider, request } = call;
  const key = readKey(call);
  const done = findDone(call, key);
  const order =
    done ?? provider.create(readOrderRequest(readBody(request.body), provider.account.posIds), key);
  return json(201, orderBody(order, provider.account));
};

/** `GET /v1/orders/{id}` */
export const getOrder = (call: Call): Answer =>
  json(200, orderBody(findOrder(call, call.id), call.provider.account));

/** `POST /v1/orders/{id}/cancel` */
export const cancelOrder = (call: Call): Answer => {
  const { provider } = call;
  const key = readKey(call);
  const order = findOrder(call, call.id);
  if (findDone(call, key) === undefined && provider.cancel(order, key) === undefined) {
    if (order.status === 'canceled')
      throw new OrdersError(409, 'order_already_cancelled', 'The order was already cancelled.');
    throw new OrdersError(409, 'cannot_cancel_order', `An order that is ${order.status} cannot be canceled.`);
  }
  return json(200, orderBody(findOrder(call, call.id), provider.account));
};

/** What is to be given back: all that is left without a body, else of its one transaction. */
const readRefund = (order: Order, text: string): number => {
  const left = order.totalCents - refundedCents(order);
  if (text === '' || text === '{}') return left;
  const { transactions } = readBody(text);
  const [first, ...more] = Array.isArray(transactions) ? (transactions as unknown[]) : [];
  const cents = isObject(first) ? parseAmount(first['amount']) : undefined;
  if (!isObject(first) || more.length > 0 || cents === undefined || cents === 0)
    throw new OrdersError(400, 'property_value', 'The following validations failed', [
      'transactions: one, with its id and amount',
    ]);
  if (first['id'] !== order.transactionId)
    throw new OrdersError(404, 'transaction_not_found', 'Transaction not found.');
  if (cents > left)
    throw new OrdersError(
      400,
      'refund_amount_exceeds',
      'The amount is more than what is left of the payment.',
    );
  return cents;
};

/** `POST /v1/orders/{id}/refund` */
export const refundOrder = (call: Call): Answer => {
  const { provider, request } = call;
  const key = readKey(call);
  const order = findOrder(call, call.id);
  if (findDone(call, key) === undefined) {
    if (order.status === 'refunded')
      throw new OrdersError(409, 'order_already_refunded', 'The order was already refunded.');
    if (order.status !== 'processed')
      throw new OrdersError(
        409,
        'cannot_refund_order',
        `An order that is ${order.status} cannot be refunded.`,
      );
    provider.refund(order, readRefund(order, request.body), key);
  }
  return json(201, refundBody(findOrder(call, call.id)));
};

const readDate = (query: URLSearchParams, name: string): number => {
  const text = query.get(name);
  if (text === null)
    throw new OrdersError(400, 'missing_required_params', 'begin_date and end_date are required.');
  const atMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(atMs))
    throw new OrdersError(400, 'invalid_parameter', `${name}: expected a date of RFC 3339.`);
  return atMs;
};

const readPage = (query: URLSearchParams, name: string, fallback: number, highest: number): number => {
  const text = query.get(name) ?? String(fallback);
  const page = Number(text);
  if (!/^\d+$/.test(text) || page < 1 || page > highest)
    throw new OrdersError(400, 'invalid_parameter', `${name}: expected 1 to ${highest}.`);
  return page;
};

/** `GET /v1/orders`: orders of a time, the newest first. */
export const searchOrders = (call: Call): Answer => {
  const { provider, query } = call;
  const begin = readDate(query, 'begin_date');
  const end = readDate(query, 'end_date');
  if (begin > provider.nowMs() || end < begin || end - begin > maxSearchMs)
    throw new OrdersError(400, 'invalid_parameter', 'begin_date to end_date: at most 30 days.');
  const page = readPage(query, 'page', 1, 10_000);
  const pageSize = readPage(query, 'page_size', 10, 100);
  const reference = query.get('external_reference');
  const all = reference === null ? [...provider.store.orders.values()] : provider.store.ordersOf(reference);
  const status = query.get('status');
  const found = all
    .flatMap(({ id }) => call.look(id) ?? [])
    .filter(
      (order) =>
        order.api === 'orders' &&
        order.createdMs >= begin &&
        order.createdMs <= end &&
        (status === null || order.status === status),
    )
    .toSorted((one, other) => other.number - one.number);
  return json(200, {
    data: found
      .slice((page - 1) * pageSize, page * pageSize)
      .map((order) => orderBody(order, provider.account)),
    paging: {
      total: found.length,
      total_pages: Math.ceil(found.length / pageSize),
      offset: (page - 1) * pageSize,
      limit: pageSize,
    },
  });
};
