import type { Account } from './account.ts';
import { qrData } from './emv.ts';
import { formatAmount } from './money.ts';
import { refundedCents, type Order, type OrderStatus } from './order.ts';

const paymentDetail: Readonly<Record<OrderStatus, string>> = {
  created: 'ready_to_process',
  processed: 'accredited',
  failed: 'rejected_by_issuer',
  canceled: 'canceled_by_api',
  expired: 'expired',
  refunded: 'refunded',
};

export const statusDetail = (order: Order): string => {
  if (order.status !== 'processed') return order.status;
  return refundedCents(order) > 0 ? 'partially_refunded' : 'accredited';
};

const isPaid = ({ status }: Order): boolean => status === 'processed' || status === 'refunded';

/** The one payment of an order, as `transactions.payments` holds it. */
const payment = (order: Order): Readonly<Record<string, unknown>> => {
  const number = order.attempts.at(-1)?.number;
  const amount = formatAmount(order.totalCents);
  return {
    id: order.transactionId,
    amount,
    ...(isPaid(order) ? { paid_amount: amount } : {}),
    ...(number === undefined
      ? {}
      : {
          payment_method: { id: 'account_money', type: 'account_money', installments: 1 },
          reference: { id: String(number) },
        }),
    status: order.status,
    status_detail: order.status === 'processed' ? statusDetail(order) : paymentDetail[order.status],
  };
};

const refunds = (order: Order): readonly Readonly<Record<string, unknown>>[] =>
  order.refunds.map(({ id, number, cents }) => ({
    id,
    transaction_id: order.transactionId,
    reference_id: String(number),
    amount: formatAmount(cents),
    status: 'processed',
  }));

/** An order as the Orders API answers it. */
export const orderBody = (order: Order, account: Account): Readonly<Record<string, unknown>> => ({
  id: order.id,
  type: 'qr',
  processing_mode: 'automatic',
  external_reference: order.externalReference,
  ...(order.description === undefined ? {} : { description: order.description }),
  total_amount: formatAmount(order.totalCents),
  ...(isPaid(order) ? { total_paid_amount: formatAmount(order.totalCents) } : {}),
  expiration_time: order.expirationTime,
  country_code: 'BRA',
  user_id: account.userId,
  status: order.status,
  status_detail: statusDetail(order),
  currency: 'BRL',
  created_date: new Date(order.createdMs).toISOString(),
  last_updated_date: new Date(order.updatedMs).toISOString(),
  integration_data: { application_id: account.applicationId },
  transactions: {
    payments: [payment(order)],
    ...(order.refunds.length === 0 ? {} : { refunds: refunds(order) }),
  },
  config: { qr: { external_pos_id: order.posId, mode: order.mode } },
  ...(order.mode === 'static' ? {} : { type_response: { qr_data: qrData(order.qrId, account) } }),
  ...(order.items.length === 0 ? {} : { items: order.items }),
});

/** What a refund answers: the order in short. */
export const refundBody = (order: Order): Readonly<Record<string, unknown>> => ({
  id: order.id,
  status: order.status,
  status_detail: statusDetail(order),
  transactions: { refunds: refunds(order) },
});

/** What a notification says of an order: never more than the order itself does. */
export const orderNews = (order: Order): Readonly<Record<string, unknown>> => ({
  external_reference: order.externalReference,
  id: order.id,
  status: order.status,
  status_detail: statusDetail(order),
  total_amount: formatAmount(order.totalCents),
  ...(isPaid(order) ? { total_paid_amount: formatAmount(order.totalCents) } : {}),
  ...(order.status === 'processed' || order.status === 'failed'
    ? { transactions: { payments: [payment(order)] } }
    : {}),
  type: 'qr',
  version: order.version,
});
