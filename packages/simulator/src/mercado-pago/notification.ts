import type { Account } from './account.ts';
import type { Order } from './order.ts';
import { orderNews } from './order-wire.ts';

/** News of an order on its way to the seller. */
export interface Notification {
  readonly kind: 'notification';
  /** `n<number>` */
  readonly id: string;
  readonly number: number;
  readonly orderId: string;
  /** With its query. */
  readonly url: string;
  /** What is signed of the query. */
  readonly dataId: string | undefined;
  /** JSON. */
  readonly body: string;
  readonly isForged: boolean;
  /** `unsent`: it never goes out. */
  readonly state: 'waiting' | 'delivered' | 'abandoned' | 'unsent';
  /** It goes out behind the next news of its order, or when it is due. */
  readonly isHeld: boolean;
  readonly dueMs: number;
  readonly sent: number;
  /** What the last sending met: an HTTP status, or why there was none. */
  readonly outcome?: number | string;
}

/** What is told, before anything goes wrong with it. */
export interface News {
  readonly url: string;
  readonly dataId: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

const withQuery = (address: string, query: Readonly<Record<string, string>>): string => {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
};

const envelope = (account: Account, atMs: number): Readonly<Record<string, unknown>> => ({
  api_version: 'v1',
  application_id: account.applicationId,
  date_created: new Date(atMs).toISOString(),
  live_mode: false,
});

/** What the Orders API tells of an order that has just changed. */
export const newsOfOrder = (order: Order, account: Account): readonly News[] => {
  const address = account.webhookUrl;
  if (address === undefined) return [];
  return [
    {
      url: withQuery(address, { 'data.id': order.id, type: 'order' }),
      dataId: order.id,
      body: {
        action: `order.${order.status}`,
        ...envelope(account, order.updatedMs),
        type: 'order',
        user_id: account.userId,
        data: orderNews(order),
      },
    },
  ];
};

/** What the older API tells: of the try to pay, when there was one, and of the seller's order. */
export const newsOfInstoreOrder = (
  order: Order,
  account: Account,
  { paymentNumber, newsNumber }: { readonly paymentNumber: number | undefined; readonly newsNumber: number },
): readonly News[] => {
  const address = order.notificationUrl ?? account.webhookUrl;
  if (address === undefined) return [];
  const ofOrder: News = {
    url: withQuery(address, { id: String(order.number), topic: 'merchant_order' }),
    dataId: undefined,
    body: {
      resource: `https://api.mercadolibre.com/merchant_orders/${order.number}`,
      topic: 'merchant_order',
    },
  };
  if (paymentNumber === undefined) return [ofOrder];
  const ofPayment: News = {
    url: withQuery(address, { 'data.id': String(paymentNumber), type: 'payment' }),
    dataId: String(paymentNumber),
    body: {
      action: order.status === 'refunded' ? 'payment.updated' : 'payment.created',
      ...envelope(account, order.updatedMs),
      id: newsNumber,
      type: 'payment',
      user_id: account.userId,
      data: { id: String(paymentNumber) },
    },
  };
  return [ofPayment, ofOrder];
};
