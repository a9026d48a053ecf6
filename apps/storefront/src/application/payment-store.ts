import type { OrderStatus } from '../domain/order-status.ts';
import type { Payment, PaymentGoal, PaymentStatus } from '../domain/payment.ts';
import type { Order } from '../domain/order.ts';
import type { Actor } from './order-store.ts';

/** Steps of an order and its money, in one transaction under the order's lock. */
export interface OrderTransactor {
  /** The order as nobody else can change it until the end; undefined where there is none. */
  lock(orderId: string): Promise<Order | undefined>;
  /** Leads a locked order through these steps: its state, its history, the boards. */
  move(order: Order, steps: readonly OrderStatus[], actor: Actor, now: Date): Promise<void>;
  extend(orderId: string, until: Date): Promise<void>;
  /** The newest first. */
  paymentsOf(orderId: string): Promise<readonly Payment[]>;
  addPayment(payment: Payment): Promise<void>;
  /** `dueAt`: when the worker looks at it at the latest; undefined leaves that as it is. */
  changePayment(
    id: string,
    change: {
      status?: PaymentStatus;
      goal?: PaymentGoal;
      externalId?: string;
      qrData?: string;
      dueAt?: Date;
      now: Date;
    },
  ): Promise<void>;
}

export interface PaymentStore {
  transaction<T>(work: (transactor: OrderTransactor) => Promise<T>): Promise<T>;
  find(id: string): Promise<Payment | undefined>;
  /** The newest payment of an order. */
  findLatest(orderId: string): Promise<Payment | undefined>;
  /** A notification as it came; one that still waits for the same charge is made due instead. */
  addNotification(notification: { id: string; externalId: string; now: Date }): Promise<void>;
  externalIdOfNotification(id: string): Promise<string | undefined>;
  /** How many payments the worker fails to bring where they should be. */
  countFailing(): Promise<number>;
  /** How long the oldest due work of payments and of notifications has waited; 0 without any. */
  overdueSeconds(now: Date): Promise<ReadonlyMap<string, number>>;
}
