import {
  ProviderUnavailable,
  type ChargeRequest,
  type ChargeState,
  type PaymentProvider,
} from '../../application/payment-provider.ts';
import { createClient, OrdersRefusal } from './client.ts';
import { readNotification } from './notification.ts';
import { parseFound, parseOrder, stateOf, type Order } from './order-answer.ts';
import { orderRequest } from './order-request.ts';

export interface MercadoPagoOptions {
  /** `https://api.mercadopago.com` */
  readonly url: string;
  readonly accessToken: string;
  /** Signs the notifications of the webhook. */
  readonly webhookSecret: string;
  /** The seller: an order of another one is none of ours. */
  readonly userId: string;
  /** The `external_id` of the point of sale. */
  readonly posId: string;
  readonly clock: { now(): Date };
  readonly log: { warn(fields: Record<string, unknown>, message: string): void };
  /** How long a whole answer may take; 10 s unless given. */
  readonly timeoutMs?: number;
}

const currency = 'BRL';
const dayMs = 86_400_000;
const maxFound = 50;

/** The most telling of several orders with one reference comes first: the paid one, then the one to be paid. */
const ranks: readonly ChargeState['status'][] = [
  'approved',
  'pending',
  'refunded',
  'refused',
  'cancelled',
  'expired',
];

/** Refusals that say that what is asked for has come already. */
const doneCodes = ['order_already_cancelled', 'order_already_canceled', 'order_already_refunded'];

interface Charge {
  readonly order: Order;
  readonly state: ChargeState;
}

/** Takes money by the dynamic QR codes of Mercado Pago's Orders API. */
export const createMercadoPago = (options: MercadoPagoOptions): PaymentProvider => {
  const { accessToken, webhookSecret, userId, posId, clock, log } = options;
  const client = createClient({ url: options.url, accessToken, timeoutMs: options.timeoutMs ?? 10_000 });

  const readState = (order: Order): ChargeState =>
    stateOf(order, (doubt) => log.warn({ ...doubt }, 'a charge is in a state that is not understood'));

  const path = (externalId: string): string => `/v1/orders/${encodeURIComponent(externalId)}`;

  /** An order of this seller in this currency; undefined for any other. */
  const findOrder = async (externalId: string): Promise<Order | undefined> => {
    let json: unknown;
    try {
      json = await client.request('GET', path(externalId));
    } catch (error) {
      const codes = ['order_not_found', 'invalid_path_param'];
      if (error instanceof OrdersRefusal && codes.includes(error.code)) return undefined;
      throw error;
    }
    const order = parseOrder(json);
    if (order.id === externalId && order.user_id === userId && order.currency === currency) return order;
    log.warn({ orderId: order.id, currency: order.currency }, 'an order is not one of this seller');
    return undefined;
  };

  const findChargeBy = async (paymentId: string): Promise<Charge | undefined> => {
    const nowMs = clock.now().getTime();
    const query = new URLSearchParams({
      external_reference: paymentId,
      // It must be given, of at most 30 days: longer than any charge lives.
      begin_date: new Date(nowMs - 28 * dayMs).toISOString(),
      end_date: new Date(nowMs + dayMs).toISOString(),
      page_size: String(maxFound),
    });
    const found = parseFound(await client.request('GET', `/v1/orders?${query.toString()}`));
    const charges: Charge[] = [];
    for (const { id, external_reference: reference } of found) {
      const order = reference === paymentId ? await findOrder(id) : undefined;
      if (order !== undefined) charges.push({ order, state: readState(order) });
    }
    const rankOf = ({ state }: Charge): number => ranks.indexOf(state.status);
    return charges.toSorted((one, other) => rankOf(one) - rankOf(other))[0];
  };

  const createOrder = async (charge: ChargeRequest): Promise<Order> => {
    const body = orderRequest(charge, posId, clock.now());
    try {
      const json = await client.request('POST', '/v1/orders', { idempotencyKey: charge.paymentId, body });
      return parseOrder(json);
    } catch (error) {
      // The time that is left is part of what is asked for, so that asking again later is another request with the
      // same key: the charge is there already.
      if (!(error instanceof OrdersRefusal) || error.code !== 'idempotency_key_already_used') throw error;
      const found = await findChargeBy(charge.paymentId);
      if (found !== undefined) return found.order;
      throw new ProviderUnavailable('Mercado Pago has the charge, but does not find it yet.');
    }
  };

  /**
   * Asks for an end of a charge. Where that is refused, the charge itself tells whether it has come already, and
   * `pending` contradicts the refusal: what was read is old.
   */
  const settle = async (
    externalId: string,
    deed: 'cancel' | 'refund',
    ends: readonly ChargeState['status'][],
  ): Promise<void> => {
    try {
      await client.request('POST', `${path(externalId)}/${deed}`, {
        idempotencyKey: `${deed}-${externalId}`.slice(0, 64),
      });
    } catch (error) {
      if (!(error instanceof OrdersRefusal)) throw error;
      if (doneCodes.includes(error.code)) return;
      const order = await findOrder(externalId);
      const status = order === undefined ? undefined : readState(order).status;
      if (status !== undefined && ends.includes(status)) return;
      if (status === 'pending' && deed === 'cancel')
        throw new ProviderUnavailable('Mercado Pago does not know yet what became of the charge.');
      throw error;
    }
  };

  return {
    createCharge: async (charge) => {
      const order = await createOrder(charge);
      const qrData = order.type_response?.qr_data;
      const isAsked =
        order.external_reference === charge.paymentId &&
        order.user_id === userId &&
        order.currency === currency &&
        order.total_amount === charge.totalCents;
      if (!isAsked || qrData === undefined)
        throw new ProviderUnavailable(`Mercado Pago made another charge than was asked for: ${order.id}`);
      return { externalId: order.id, qrData };
    },
    findCharge: async (externalId) => {
      const order = await findOrder(externalId);
      return order === undefined ? undefined : readState(order);
    },
    findChargeOf: async (paymentId) => {
      const found = await findChargeBy(paymentId);
      return found === undefined ? undefined : { ...found.state, externalId: found.order.id };
    },
    cancelCharge: (externalId) => settle(externalId, 'cancel', ['cancelled', 'expired', 'refused']),
    refundCharge: (externalId) => settle(externalId, 'refund', ['refunded']),
    readNotification: (request, now) => readNotification(request, now, webhookSecret),
  };
};
