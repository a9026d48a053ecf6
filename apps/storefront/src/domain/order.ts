import { boardStatuses, type OrderStatus } from './order-status.ts';

export interface OrderItem {
  readonly productId: string;
  /** Name and price as they were when the order was made: a later change of the menu is none of the order's. */
  readonly name: string;
  readonly unitCents: number;
  readonly quantity: number;
  readonly note: string | null;
}

export interface Order {
  readonly id: string;
  /** What is called at the counter. */
  readonly number: number;
  readonly customerId: string | null;
  readonly status: OrderStatus;
  readonly totalCents: number;
  readonly items: readonly OrderItem[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When it is given up unless it is paid. */
  readonly expiresAt: Date;
  readonly receivedAt: Date | null;
  readonly readyAt: Date | null;
}

/** Bounds of one order. */
export const maxItems = 50;
export const maxQuantity = 99;

/**
 * Seconds that a customer has waited: from the payment until it was ready, or until now. Null before it is paid.
 */
export const waitingSeconds = (order: Pick<Order, 'receivedAt' | 'readyAt'>, now: Date): number | null =>
  order.receivedAt === null
    ? null
    : Math.max(0, Math.floor(((order.readyAt ?? now).getTime() - order.receivedAt.getTime()) / 1000));

/** Pronto before Em preparação before Recebido, then what is not paid; inside each the oldest first. */
export const byUrgency = (
  a: Pick<Order, 'status' | 'createdAt' | 'id'>,
  b: Pick<Order, 'status' | 'createdAt' | 'id'>,
): number =>
  rank(a.status) - rank(b.status) ||
  a.createdAt.getTime() - b.createdAt.getTime() ||
  (a.id < b.id ? -1 : Number(a.id > b.id));

const rank = (status: OrderStatus): number => {
  const index = (boardStatuses as readonly OrderStatus[]).indexOf(status);
  return index === -1 ? boardStatuses.length : index;
};
