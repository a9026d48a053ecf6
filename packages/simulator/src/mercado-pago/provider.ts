import { createDraw, drawHex } from '../cloud/draw.ts';
import type { Account } from './account.ts';
import type { Faults } from './faults.ts';
import { newsOfInstoreOrder, newsOfOrder, type News, type Notification } from './notification.ts';
import * as transitions from './order.ts';
import type { Order } from './order.ts';
import type { Store, UsedKey } from './store.ts';

/** What a seller says of an order; the rest is made up here. */
export type OrderRequest = Pick<
  Order,
  | 'api'
  | 'posId'
  | 'mode'
  | 'externalReference'
  | 'description'
  | 'totalCents'
  | 'items'
  | 'notificationUrl'
  | 'expirationTime'
> & { readonly lifeMs: number };

/** An idempotency key that is used up by a change, stored together with it. */
export type KeyUse = Pick<UsedKey, 'id' | 'requestHash'>;

export interface Provider {
  readonly account: Account;
  readonly store: Store;
  nowMs(): number;
  create(request: OrderRequest, key?: KeyUse): Order;
  /** The payer's word. False where the order is no longer waiting for it. */
  pay(orderId: string, isApproved: boolean): boolean;
  /** Undefined where its status does not allow it. */
  cancel(order: Order, key: KeyUse): Order | undefined;
  refund(order: Order, cents: number, key: KeyUse): Order | undefined;
  /** Lets orders expire whose time has come. */
  expireDue(): void;
}

/** The digits of identifiers that sort by time. */
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export interface ProviderOptions {
  readonly account: Account;
  readonly store: Store;
  readonly faults: Faults;
  readonly seed: number;
  readonly nowMs: () => number;
  /** Something is waiting to be sent. */
  readonly onNews: () => void;
}

/** Orders and what becomes of them. Each change is stored together with the news of it. */
export const createProvider = (options: ProviderOptions): Provider => {
  const { account, store, faults, seed, nowMs, onNews } = options;
  /** Nothing expires before: thousands of open orders are not looked through for each request. */
  let nextExpiryMs = 0;

  const drawId = (prefix: string, number: number): string => {
    const draw = createDraw(seed, prefix, number);
    return `${prefix}01${Array.from({ length: 24 }, () => crockford[draw.integer(0, 31)]).join('')}`;
  };
  const drawUuid = (...key: (string | number)[]): string => {
    const hex = drawHex(32, seed, ...key);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  };

  /** One piece of news as it goes out, or does not, with what a fault makes of it. */
  const dispatch = (order: Order, news: News): readonly Notification[] => {
    const met = faults.ofNotification();
    const make = (more: Partial<Notification> = {}): Notification => {
      const number = store.nextNumber();
      return {
        kind: 'notification',
        id: `n${number}`,
        number,
        orderId: order.id,
        url: news.url,
        dataId: news.dataId,
        body: JSON.stringify(news.body),
        isForged: false,
        state: 'waiting',
        isHeld: false,
        dueMs: nowMs(),
        sent: 0,
        ...more,
      };
    };
    switch (met?.name) {
      case 'late':
        return [make({ dueMs: nowMs() + met.delayMs })];
      case 'double':
        return [make(), make()];
      case 'out-of-order':
        return [make({ isHeld: true, dueMs: nowMs() + met.delayMs })];
      case 'never-notified':
        return [make({ state: 'unsent' })];
      case 'forged':
        return [make({ isForged: true })];
      case undefined:
        return [make()];
    }
  };

  /** What was held back for this order goes out right behind what is new. */
  const release = (orderId: string): readonly Notification[] =>
    store
      .waiting()
      .filter((each) => each.isHeld && each.orderId === orderId)
      .map((each) => ({ ...each, isHeld: false, dueMs: nowMs() + 1 }));

  const newsOf = (order: Order): readonly News[] => {
    if (order.api === 'orders') return order.version === 1 ? [] : newsOfOrder(order, account);
    const paymentNumber = order.attempts.at(-1)?.number;
    return newsOfInstoreOrder(order, account, { paymentNumber, newsNumber: store.nextNumber() });
  };

  const keep = (order: Order, key?: KeyUse): Order => {
    const news = newsOf(order).flatMap((each) => dispatch(order, each));
    const released = news.length === 0 ? [] : release(order.id);
    const used: UsedKey[] =
      key === undefined ? [] : [{ kind: 'key', ...key, orderId: order.id, atMs: nowMs() }];
    store.save(order, ...news, ...released, ...used);
    if (order.status === 'created') nextExpiryMs = Math.min(nextExpiryMs, order.expiresMs);
    if (news.length > 0) onNews();
    return order;
  };

  return {
    account,
    store,
    nowMs,
    create: ({ lifeMs, ...request }, key) => {
      const number = store.nextNumber();
      const createdMs = nowMs();
      const qrId = drawUuid('qr', number);
      return keep(
        {
          kind: 'order',
          // The older API knows an order by what its code names.
          id: request.api === 'orders' ? drawId('ORD', number) : qrId,
          number,
          transactionId: drawId('PAY', number),
          qrId,
          ...request,
          createdMs,
          expiresMs: createdMs + lifeMs,
          updatedMs: createdMs,
          status: 'created',
          version: 1,
          attempts: [],
          refunds: [],
        },
        key,
      );
    },
    pay: (orderId, isApproved) => {
      const order = store.orders.get(orderId);
      if (order?.status !== 'created' || order.expiresMs <= nowMs()) return false;
      keep(transitions.attempt(order, { number: store.nextNumber(), isApproved, atMs: nowMs() }));
      return true;
    },
    cancel: (order, key) =>
      order.status === 'created' ? keep(transitions.cancel(order, nowMs()), key) : undefined,
    refund: (order, cents, key) => {
      if (order.status !== 'processed' || transitions.refundedCents(order) + cents > order.totalCents)
        return undefined;
      const number = store.nextNumber();
      return keep(
        transitions.refund(order, { id: drawId('REF', number), number, cents, atMs: nowMs() }),
        key,
      );
    },
    expireDue: () => {
      if (nowMs() < nextExpiryMs) return;
      for (const order of store.openOrders()) if (order.expiresMs <= nowMs()) keep(transitions.expire(order));
      nextExpiryMs = store
        .openOrders()
        .reduce((earliest, { expiresMs }) => Math.min(earliest, expiresMs), Infinity);
    },
  };
};
