import type { JsonObject } from '../json.ts';

export type OrderStatus = 'created' | 'processed' | 'failed' | 'canceled' | 'expired' | 'refunded';

/** One try of a payer. */
export interface Attempt {
  /** What `/v1/payments/` knows it by. */
  readonly number: number;
  readonly isApproved: boolean;
  readonly atMs: number;
}

export interface Refund {
  readonly id: string;
  readonly number: number;
  readonly cents: number;
  readonly atMs: number;
}

/** What a seller asked to be paid, by either API. */
export interface Order {
  readonly kind: 'order';
  /** `ORD...` of the Orders API, a UUID of the older one. */
  readonly id: string;
  readonly api: 'orders' | 'instore';
  /** What `/merchant_orders/` knows it by. */
  readonly number: number;
  /** `PAY...`: its one transaction in the Orders API. */
  readonly transactionId: string;
  /** What its QR code names. */
  readonly qrId: string;
  readonly posId: string;
  readonly mode: 'static' | 'dynamic' | 'hybrid';
  readonly externalReference: string;
  readonly description: string | undefined;
  readonly totalCents: number;
  readonly items: readonly JsonObject[];
  readonly notificationUrl: string | undefined;
  /** As it was given, or the default. */
  readonly expirationTime: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly updatedMs: number;
  readonly status: OrderStatus;
  /** 1, and one more with each change. */
  readonly version: number;
  readonly attempts: readonly Attempt[];
  readonly refunds: readonly Refund[];
}

export const refundedCents = ({ refunds }: Order): number =>
  refunds.reduce((sum, { cents }) => sum + cents, 0);

const change = (order: Order, atMs: number, changed: Partial<Order>): Order => ({
  ...order,
  ...changed,
  updatedMs: atMs,
  version: order.version + 1,
});

/** A payer pays. In the Orders API a refusal ends the order; in the older one the next payer may try again. */
export const attempt = (order: Order, { isApproved, number, atMs }: Attempt): Order => {
  let status: OrderStatus = order.api === 'orders' ? 'failed' : 'created';
  if (isApproved) status = 'processed';
  return change(order, atMs, {
    status,
    attempts: [...order.attempts, { number, isApproved, atMs }],
  });
};

export const cancel = (order: Order, atMs: number): Order => change(order, atMs, { status: 'canceled' });

export const expire = (order: Order): Order => change(order, order.expiresMs, { status: 'expired' });

export const refund = (order: Order, given: Refund): Order => {
  const refunds = [...order.refunds, given];
  const isWhole = refundedCents(order) + given.cents >= order.totalCents;
  return change(order, given.atMs, { refunds, status: isWhole ? 'refunded' : 'processed' });
};
