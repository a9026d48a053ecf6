import type { Order } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-status.ts';

/** Who made a step of an order. Only staff is named. */
export type Actor =
  | { readonly kind: 'guest' | 'customer' | 'payment' | 'clock' }
  | { readonly kind: 'user'; readonly id: string };

export interface AskedItem {
  readonly productId: string;
  readonly quantity: number;
  readonly note: string | null;
}

export interface OrderDraft {
  readonly id: string;
  readonly items: readonly AskedItem[];
  readonly customerId: string | null;
  readonly actor: Actor;
  readonly now: Date;
  readonly expiresAt: Date;
  /** The business day whose numbers it takes one of, `YYYY-MM-DD`. */
  readonly day: string;
  readonly token: { readonly salt: Buffer; readonly hash: Buffer } | null;
  readonly idempotency: { readonly scope: string; readonly key: Buffer; readonly requestHash: Buffer } | null;
}

export type Placed =
  | { readonly kind: 'placed'; readonly order: Order }
  /** The same key was used before. */
  | {
      readonly kind: 'repeated';
      readonly order: Order;
      readonly requestHash: Buffer;
      readonly tokenSalt: Buffer | null;
    }
  | { readonly kind: 'unavailable'; readonly productIds: readonly string[] };

export interface HistoryEntry {
  readonly status: OrderStatus;
  readonly actor: Actor;
  readonly at: Date;
}

/** An order with what decides who may touch it. */
export interface GuardedOrder {
  readonly order: Order;
  readonly tokenHash: Buffer | null;
}

export interface OrderPage {
  readonly limit: number;
  readonly offset: number;
  /** Only those in this state. */
  readonly status?: OrderStatus | undefined;
}

/** Of all orders, the latest first. */
export interface OrderHistoryPage {
  readonly limit: number;
  readonly status: OrderStatus | undefined;
  /** Made at or after, and before. */
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** The last order of the page before. */
  readonly before: string | undefined;
}

export interface OrderReader {
  find(id: string): Promise<GuardedOrder | undefined>;
  history(id: string): Promise<readonly HistoryEntry[]>;
  /** Those on the boards, by urgency. */
  listOnBoards(page: OrderPage): Promise<readonly Order[]>;
  listAll(page: OrderHistoryPage): Promise<readonly Order[]>;
  /** A customer's own that are not over. */
  listOfCustomer(customerId: string, since: Date, page: OrderPage): Promise<readonly Order[]>;
  /** All of a customer's, oldest first. */
  exportOf(customerId: string): Promise<readonly (Order & { history: readonly HistoryEntry[] })[]>;
  countByStatus(): Promise<ReadonlyMap<string, number>>;
}

export interface OrderStore extends OrderReader {
  /** One statement: the order, its items with the prices of this moment, its first line of history. */
  place(draft: OrderDraft): Promise<Placed>;
  /** Cancels what was never checked out in time; answers how many. */
  cancelOverdue(now: Date, limit: number): Promise<number>;
}
