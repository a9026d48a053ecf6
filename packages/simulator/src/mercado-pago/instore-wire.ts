import type { Account } from './account.ts';
import type { Attempt, Order } from './order.ts';

/** The older APIs tell the time of four hours west. */
const date = (atMs: number): string => new Date(atMs - 4 * 3_600_000).toISOString().replace('Z', '-04:00');

const paymentStatus = (order: Order, { isApproved }: Attempt): string => {
  if (!isApproved) return 'rejected';
  return order.status === 'refunded' ? 'refunded' : 'approved';
};

const paymentBase = (order: Order, attempt: Attempt): Readonly<Record<string, unknown>> => {
  const amount = order.totalCents / 100;
  const status = paymentStatus(order, attempt);
  return {
    id: attempt.number,
    transaction_amount: amount,
    currency_id: 'BRL',
    status,
    status_detail: { approved: 'accredited', refunded: 'refunded' }[status] ?? 'cc_rejected_other_reason',
    operation_type: 'regular_payment',
    date_created: date(attempt.atMs),
    date_approved: attempt.isApproved ? date(attempt.atMs) : null,
  };
};

/** `/merchant_orders/`: a seller's order with the tries to pay it. */
export const merchantOrderBody = (order: Order, account: Account): Readonly<Record<string, unknown>> => {
  const paid = order.attempts.some(({ isApproved }) => isApproved) ? order.totalCents / 100 : 0;
  const isOver = order.status === 'canceled' || order.status === 'expired';
  const open = isOver ? 'expired' : 'opened';
  return {
    id: order.number,
    status: paid > 0 ? 'closed' : open,
    external_reference: order.externalReference,
    preference_id: '',
    payments: order.attempts.map((attempt) => ({
      ...paymentBase(order, attempt),
      total_paid_amount: order.totalCents / 100,
      shipping_cost: 0,
      last_modified: date(order.updatedMs),
      amount_refunded: order.status === 'refunded' ? order.totalCents / 100 : 0,
    })),
    shipments: [],
    payouts: [],
    collector: { id: Number(account.userId), email: '', nickname: account.name },
    marketplace: 'NONE',
    notification_url: order.notificationUrl ?? '',
    date_created: date(order.createdMs),
    last_updated: date(order.updatedMs),
    sponsor_id: null,
    shipping_cost: 0,
    total_amount: order.totalCents / 100,
    site_id: 'MLB',
    paid_amount: paid,
    refunded_amount: order.status === 'refunded' ? paid : 0,
    items: order.items,
    cancelled: order.status === 'canceled',
    additional_info: '',
    application_id: null,
    is_test: true,
    order_status: paid > 0 ? 'paid' : { opened: 'payment_required', expired: 'expired' }[open],
  };
};

/** `/v1/payments/`: one try to pay. */
export const paymentBody = (
  order: Order,
  attempt: Attempt,
  account: Account,
): Readonly<Record<string, unknown>> => ({
  ...paymentBase(order, attempt),
  date_last_updated: date(order.updatedMs),
  issuer_id: null,
  payment_method_id: 'account_money',
  payment_type_id: 'account_money',
  live_mode: false,
  collector_id: Number(account.userId),
  description: order.description ?? null,
  external_reference: order.externalReference,
  installments: 1,
  order: { id: String(order.number), type: 'mercadopago' },
  payer: { id: '0', email: null, type: 'registered' },
  pos_id: order.posId,
  transaction_amount_refunded: order.status === 'refunded' ? order.totalCents / 100 : 0,
  transaction_details: {
    total_paid_amount: attempt.isApproved ? order.totalCents / 100 : 0,
    net_received_amount: attempt.isApproved ? order.totalCents / 100 : 0,
  },
  refunds: order.refunds.map(({ number, cents, atMs }) => ({
    id: number,
    payment_id: attempt.number,
    amount: cents / 100,
    date_created: date(atMs),
  })),
});
