import type { OrderStore } from '../../application/order-store.ts';
import { boardStatuses } from '../../domain/order-status.ts';
import type { Database } from './database.ts';
import { createOrderPlacing } from './order-placing.ts';
import { orderColumns, toHistory, toOrder, type HistoryRow, type OrderRow } from './order-rows.ts';

const urgency = `
  array_position(ARRAY['ready', 'preparing', 'received'], orders.status), orders.created_at, orders.id`;

const findOne = `SELECT ${orderColumns} FROM orders WHERE id = $1`;
const listOnBoards = `
  SELECT ${orderColumns} FROM orders
  WHERE status IN ('received', 'preparing', 'ready') AND status = ANY($1)
  ORDER BY ${urgency} LIMIT $2 OFFSET $3`;
const listAll = `
  SELECT ${orderColumns} FROM orders
  WHERE ($2::text IS NULL OR status = $2) AND ($3::timestamptz IS NULL OR created_at >= $3)
    AND ($4::timestamptz IS NULL OR created_at < $4)
    AND ($5::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM orders WHERE id = $5))
  ORDER BY created_at DESC, id DESC LIMIT $1`;
const listOfCustomer = `
  SELECT ${orderColumns} FROM orders
  WHERE customer_id = $1 AND created_at >= $2 AND status NOT IN ('completed', 'cancelled')
    AND ($5::text IS NULL OR status = $5)
  ORDER BY ${urgency} LIMIT $3 OFFSET $4`;
const listAllOfCustomer = `SELECT ${orderColumns} FROM orders WHERE customer_id = $1 ORDER BY created_at, id`;
const historyOf = `
  SELECT order_id, status, actor_kind, actor_id, at FROM order_history
  WHERE order_id = ANY($1) ORDER BY sequence`;
/** Those that are over only grow in number, so that counting them would take longer every day. */
const countByStatus = `
  SELECT status, count(*) AS count FROM orders WHERE status NOT IN ('completed', 'cancelled') GROUP BY status`;
const cancelOverdue = `
  WITH overdue AS (
    SELECT id FROM orders WHERE status = 'open' AND expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
  ), cancelled AS (
    UPDATE orders SET status = 'cancelled', updated_at = $1 WHERE id IN (SELECT id FROM overdue) RETURNING id
  )
  INSERT INTO order_history (order_id, status, actor_kind, at)
  SELECT id, 'cancelled', 'clock', $1 FROM cancelled RETURNING sequence`;

export const createOrderStore = (db: Database): OrderStore => {
  return {
    place: createOrderPlacing(db),
    find: async (id) => {
      const [row] = await db.query<OrderRow>(findOne, [id]);
      return row === undefined ? undefined : { order: toOrder(row), tokenHash: row.token_hash };
    },
    history: async (id) => (await db.query<HistoryRow>(historyOf, [[id]])).map(toHistory),
    listOnBoards: async ({ limit, offset, status }) => {
      const statuses = status === undefined ? boardStatuses : [status];
      return (await db.query<OrderRow>(listOnBoards, [statuses, limit, offset])).map(toOrder);
    },
    listAll: async ({ limit, status, from, to, before }) => {
      const values = [limit, status ?? null, from ?? null, to ?? null, before ?? null];
      return (await db.query<OrderRow>(listAll, values)).map(toOrder);
    },
    listOfCustomer: async (customerId, since, { limit, offset, status }) =>
      (await db.query<OrderRow>(listOfCustomer, [customerId, since, limit, offset, status ?? null])).map(
        toOrder,
      ),
    exportOf: async (customerId) => {
      const orders = (await db.query<OrderRow>(listAllOfCustomer, [customerId])).map(toOrder);
      const rows = await db.query<HistoryRow>(historyOf, [orders.map(({ id }) => id)]);
      const byOrder = Map.groupBy(rows, (row) => row.order_id);
      return orders.map((order) => ({ ...order, history: (byOrder.get(order.id) ?? []).map(toHistory) }));
    },
    countByStatus: async () => {
      const rows = await db.query<{ status: string; count: number }>(countByStatus, []);
      return new Map(rows.map(({ status, count }) => [status, count]));
    },
    cancelOverdue: async (now, limit) => (await db.query(cancelOverdue, [now, limit])).length,
  };
};
