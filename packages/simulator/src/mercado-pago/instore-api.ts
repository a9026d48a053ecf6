import { isObject, parseJson, type JsonObject } from '../json.ts';
import { json, LegacyError, type Answer } from './answer.ts';
import type { Call } from './call.ts';
import { qrData } from './emv.ts';
import { merchantOrderBody, paymentBody } from './instore-wire.ts';
import { readNumber } from './money.ts';
import type { Order } from './order.ts';
import type { OrderRequest } from './provider.ts';

const defaultLifeMs = 15 * 60_000;
const maxItems = 200;

const refuse = (code: string, message: string): never => {
  throw new LegacyError(400, code, message);
};

const readText = (body: JsonObject, name: string): string => {
  const value = body[name];
  return typeof value === 'string' && value !== '' && value.length <= 600
    ? value
    : refuse(`invalid_${name}`, `${name} must be present.`);
};

/** The items, whose totals must add up to that of the order. */
const readItems = (body: JsonObject, totalCents: number): readonly JsonObject[] => {
  const items: unknown = body['items'];
  if (!Array.isArray(items) || items.length === 0 || items.length > maxItems)
    return refuse('invalid_items', 'items must be present.');
  let sum = 0;
  for (const item of items as readonly unknown[]) {
    if (!isObject(item) || typeof item['title'] !== 'string')
      return refuse('invalid_items.title', 'items.title must be string.');
    const unit = readNumber(item['unit_price']);
    const cents = readNumber(item['total_amount']);
    if (unit === undefined) return refuse('invalid_items.unit_price', 'items.unit_price must be a number.');
    if (typeof item['quantity'] !== 'number')
      return refuse('invalid_items.quantity', 'items.quantity must be a number.');
    if (cents === undefined || cents !== Math.round(unit * item['quantity']))
      return refuse('invalid_items.total_amount', 'items.total_amount must be unit_price by quantity.');
    sum += cents;
  }
  return sum === totalCents
    ? (items as readonly JsonObject[])
    : refuse('invalid_total_amount', 'total_amount must be the sum of items.total_amount.');
};

const readLifeMs = (body: JsonObject, nowMs: number): number => {
  const text = body['expiration_date'];
  if (text === undefined) return defaultLifeMs;
  const atMs = typeof text === 'string' ? Date.parse(text) : NaN;
  return atMs > nowMs
    ? atMs - nowMs
    : refuse('invalid_expiration_date', 'Expiration date must be a valid and future date.');
};

const readAddress = (body: JsonObject): string | undefined => {
  const text = body['notification_url'];
  if (text === undefined) return undefined;
  return typeof text === 'string' && /^https?:/.test(text) && URL.canParse(text)
    ? text
    : refuse('invalid_notification_url', 'notification_url must be url.');
};

const readRequest = ({ provider, request, id, secondId }: Call): OrderRequest => {
  const { account } = provider;
  if (!/^\d+$/.test(id)) refuse('invalid_collectorId', 'user_id must be a number.');
  if (id !== account.userId) throw new LegacyError(403, 'forbidden', 'The collector is not the caller.');
  if (!account.posIds.includes(secondId))
    throw new LegacyError(404, 'point_of_sale_not_exists', 'Point of sale not exists');
  const body = parseJson(request.body);
  if (!isObject(body)) return refuse('json_parse_error', 'The body is not a JSON object.');
  const totalCents = readNumber(body['total_amount']);
  if (totalCents === undefined || totalCents === 0)
    return refuse('invalid_total_amount', 'total_amount must be present.');
  const description = body['description'] ?? body['title'];
  return {
    api: 'instore',
    posId: secondId,
    mode: request.method === 'PUT' ? 'hybrid' : 'dynamic',
    externalReference: readText(body, 'external_reference'),
    description: typeof description === 'string' ? description : undefined,
    totalCents,
    items: readItems(body, totalCents),
    notificationUrl: readAddress(body),
    expirationTime: '',
    lifeMs: readLifeMs(body, provider.nowMs()),
  };
};

/** `POST` and `PUT /instore/orders/qr/seller/collectors/{user_id}/pos/{external_pos_id}/qrs` */
export const createInstoreOrder = (call: Call): Answer => {
  const order = call.provider.create(readRequest(call));
  return json(call.request.method === 'PUT' ? 201 : 200, {
    in_store_order_id: order.id,
    qr_data: qrData(order.qrId, call.provider.account),
  });
};

const instoreOrders = (call: Call): readonly Order[] =>
  [...call.provider.store.orders.values()].flatMap(({ id, api }) =>
    api === 'instore' ? (call.look(id) ?? []) : [],
  );

/** `GET /merchant_orders/{id}` */
export const getMerchantOrder = (call: Call): Answer => {
  const order = instoreOrders(call).find(({ number }) => String(number) === call.id);
  if (order === undefined) throw new LegacyError(404, 'not_found', `merchant_order ${call.id} not found`);
  return json(200, merchantOrderBody(order, call.provider.account));
};

/** `GET /merchant_orders` and `/merchant_orders/search`: the newest first, by their reference where one is given. */
export const searchMerchantOrders = (call: Call): Answer => {
  const reference = call.query.get('external_reference');
  const limit = Math.min(50, Math.max(1, Number(call.query.get('limit') ?? 20) || 20));
  const offset = Math.max(0, Number(call.query.get('offset') ?? 0) || 0);
  const found = instoreOrders(call)
    .filter(({ externalReference }) => reference === null || externalReference === reference)
    .toSorted((one, other) => other.number - one.number);
  return json(200, {
    elements: found
      .slice(offset, offset + limit)
      .map((order) => merchantOrderBody(order, call.provider.account)),
    next_offset: Math.min(offset + limit, found.length),
    total: found.length,
  });
};

/** `GET /v1/payments/{id}` */
export const getPayment = (call: Call): Answer => {
  for (const { id } of call.provider.store.orders.values()) {
    const order = call.look(id);
    const attempt = order?.attempts.find(({ number }) => String(number) === call.id);
    if (order !== undefined && attempt !== undefined)
      return json(200, paymentBody(order, attempt, call.provider.account));
  }
  throw new LegacyError(404, 'not_found', 'Payment not found');
};
