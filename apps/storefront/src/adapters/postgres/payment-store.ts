import type { OrderTransactor, PaymentStore } from '../../application/payment-store.ts';
import { showsOnBoards } from '../../domain/order-status.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Payment, PaymentGoal, PaymentStatus } from '../../domain/payment.ts';
import type { Database, Executor, Row } from './database.ts';
import { centsOf, orderColumns, toOrder, type OrderRow } from './order-rows.ts';

interface PaymentRow extends Row {
  id: string;
  order_id: string;
  status: PaymentStatus;
  goal: PaymentGoal;
  amount: string;
  external_id: string | null;
  qr_data: string | null;
  expires_at: Date;
  created_at: Date;
  updated_at: Date;
}

const paymentColumns =
  'id, order_id, status, goal, amount, external_id, qr_data, expires_at, created_at, updated_at';

const toPayment = (row: PaymentRow): Payment => ({
  id: row.id,
  orderId: row.order_id,
  status: row.status,
  goal: row.goal,
  amountCents: centsOf(row.amount),
  externalId: row.external_id,
  qrData: row.qr_data,
  expiresAt: row.expires_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const lock = `SELECT ${orderColumns} FROM orders WHERE id = $1 FOR UPDATE OF orders`;
const move = `
  WITH moved AS (
    UPDATE orders SET status = ($2::text[])[cardinality($2)], updated_at = $3,
      received_at = CASE WHEN 'received' = ANY($2) THEN $3 ELSE received_at END,
      ready_at = CASE WHEN 'ready' = ANY($2) THEN $3 ELSE ready_at END
    WHERE id = $1 RETURNING id
  ), boards AS (
    INSERT INTO board_changes (order_id, at) SELECT id, $3 FROM moved WHERE $6::boolean
  )
  INSERT INTO order_history (order_id, status, actor_kind, actor_id, at)
  SELECT moved.id, step, $4::text, $5::uuid, $3::timestamptz
  FROM moved, unnest($2) WITH ORDINALITY AS steps(step, position) ORDER BY position`;
const extend = 'UPDATE orders SET expires_at = greatest(expires_at, $2) WHERE id = $1';
const paymentsOf = `SELECT ${paymentColumns} FROM payments WHERE order_id = $1 ORDER BY created_at DESC, id DESC`;
const addPayment = `
  INSERT INTO payments (id, order_id, status, goal, amount, expires_at, created_at, updated_at, due_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7)`;
const changePayment = `
  UPDATE payments SET status = coalesce($2, status), goal = coalesce($3, goal),
    external_id = coalesce(external_id, $4), qr_data = coalesce(qr_data, $5),
    due_at = least(due_at, $6), updated_at = $7
  WHERE id = $1`;
const find = `SELECT ${paymentColumns} FROM payments WHERE id = $1`;
const addNotification = `
  WITH waiting AS (
    UPDATE payment_notifications SET due_at = $3 WHERE external_id = $2 AND due_at IS NOT NULL RETURNING id
  )
  INSERT INTO payment_notifications (id, external_id, received_at, due_at)
  SELECT $1, $2, $3, $3 WHERE NOT EXISTS (SELECT FROM waiting)`;

/** Our ids; a charge of somebody else who uses the same account may carry any other text. */
const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

const createTransactor = (executor: Executor): OrderTransactor => ({
  lock: async (orderId) => {
    const [row] = await executor.query<OrderRow>(lock, [orderId]);
    return row === undefined ? undefined : toOrder(row);
  },
  move: async (order, steps, actor, now) => {
    const last = steps.at(-1);
    if (last === undefined) return;
    const actorId = actor.kind === 'user' ? actor.id : null;
    await executor.query(move, [
      order.id,
      steps,
      now,
      actor.kind,
      actorId,
      showsOnBoards(order.status, last),
    ]);
  },
  extend: async (orderId, until) => {
    await executor.query(extend, [orderId, until]);
  },
  paymentsOf: async (orderId) => (await executor.query<PaymentRow>(paymentsOf, [orderId])).map(toPayment),
  addPayment: async (payment) => {
    const { id, orderId, status, goal, amountCents, expiresAt, createdAt } = payment;
    await executor.query(addPayment, [
      id,
      orderId,
      status,
      goal,
      formatMoney(amountCents),
      expiresAt,
      createdAt,
    ]);
  },
  changePayment: async (id, { status, goal, externalId, qrData, dueAt, now }) => {
    await executor.query(changePayment, [id, status, goal, externalId, qrData, dueAt, now]);
  },
});

export const createPaymentStore = (db: Database): PaymentStore => ({
  transaction: (work) => db.transaction((executor) => work(createTransactor(executor))),
  find: async (id) => {
    if (!isId(id)) return undefined;
    const [row] = await db.query<PaymentRow>(find, [id]);
    return row === undefined ? undefined : toPayment(row);
  },
  findLatest: async (orderId) => {
    const [row] = await db.query<PaymentRow>(`${paymentsOf} LIMIT 1`, [orderId]);
    return row === undefined ? undefined : toPayment(row);
  },
  addNotification: async ({ id, externalId, now }) => {
    await db.query(addNotification, [id, externalId, now]);
  },
  externalIdOfNotification: async (id) => {
    const [row] = await db.query<{ external_id: string }>(
      'SELECT external_id FROM payment_notifications WHERE id = $1',
      [id],
    );
    return row?.external_id;
  },
  countFailing: async () => {
    const [row] = await db.query<{ count: number }>(
      'SELECT count(*) AS count FROM payments WHERE attempts > $1 AND last_error IS NOT NULL',
      [3],
    );
    return row?.count ?? 0;
  },
  overdueSeconds: async (now: Date) => {
    const rows = await db.query<{ queue: string; due_at: Date | null }>(
      `SELECT 'payments' AS queue, min(due_at) AS due_at FROM payments WHERE due_at IS NOT NULL
       UNION ALL
       SELECT 'notifications', min(due_at) FROM payment_notifications WHERE due_at IS NOT NULL`,
      [],
    );
    return new Map(
      rows.map(({ queue, due_at: dueAt }) => [
        queue,
        dueAt === null ? 0 : Math.max(0, now.getTime() - dueAt.getTime()) / 1000,
      ]),
    );
  },
});
