import type { Order, OrderItem } from '../../domain/order.ts';
import type { OrderStatus } from '../../domain/order-status.ts';
import { parseMoney } from '../../domain/money.ts';
import type { Actor, HistoryEntry } from '../../application/order-store.ts';
import type { Row } from './database.ts';

/** `12.90` of a numeric(12,2). */
export const centsOf = (text: string): number => {
  const cents = parseMoney(text);
  if (cents === undefined) throw new Error(`not an amount of money: ${text}`);
  return cents;
};

export interface ItemRow extends Row {
  product_id: string;
  name: string;
  unit_price: string;
  quantity: number;
  note: string | null;
}

export interface OrderRow extends Row {
  id: string;
  number: number;
  customer_id: string | null;
  token_hash: Buffer | null;
  status: OrderStatus;
  total: string;
  created_at: Date;
  updated_at: Date;
  expires_at: Date;
  received_at: Date | null;
  ready_at: Date | null;
  items: readonly ItemRow[];
}

export interface HistoryRow extends Row {
  order_id: string;
  status: OrderStatus;
  actor_kind: Actor['kind'];
  actor_id: string | null;
  at: Date;
}

/** The columns of an OrderRow; JSON would turn the prices into floating point, so they go as text. */
export const orderColumns = `
  orders.id, orders.number, orders.customer_id, orders.token_hash, orders.status, orders.total, orders.created_at,
  orders.updated_at, orders.expires_at, orders.received_at, orders.ready_at,
  (SELECT json_agg(json_build_object('product_id', product_id, 'name', name, 'unit_price', unit_price::text,
      'quantity', quantity, 'note', note) ORDER BY position)
    FROM order_items WHERE order_id = orders.id) AS items`;

export const toItem = (row: ItemRow): OrderItem => ({
  productId: row.product_id,
  name: row.name,
  unitCents: centsOf(row.unit_price),
  quantity: row.quantity,
  note: row.note,
});

export const toOrder = (row: OrderRow): Order => ({
  id: row.id,
  number: row.number,
  customerId: row.customer_id,
  status: row.status,
  totalCents: centsOf(row.total),
  items: row.items.map(toItem),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  expiresAt: row.expires_at,
  receivedAt: row.received_at,
  readyAt: row.ready_at,
});

export const toHistory = ({ status, actor_kind, actor_id, at }: HistoryRow): HistoryEntry => ({
  status,
  actor: actor_kind === 'user' ? { kind: 'user', id: actor_id ?? '' } : { kind: actor_kind },
  at,
});
