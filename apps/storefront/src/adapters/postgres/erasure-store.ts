import type { ErasureStore } from '../../application/erase-customer.ts';
import type { Database, Executor } from './database.ts';

const begin = `
  INSERT INTO erasures (id, requested_at, due_at, told_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (id) DO UPDATE SET
    due_at = coalesce(excluded.due_at, erasures.due_at), told_at = coalesce(excluded.told_at, erasures.told_at)`;

/** Notes are what people wrote; everything else of an order says nothing about them without the customer. */
const clearNotes = `
  UPDATE order_items SET note = NULL
  WHERE note IS NOT NULL AND order_id IN (SELECT id FROM orders WHERE customer_id = $1)`;
const clearOrders = `
  UPDATE orders SET customer_id = NULL, idempotency_scope = NULL, idempotency_key = NULL, request_hash = NULL
  WHERE customer_id = $1`;

const anonymise = async (executor: Executor, customerId: string): Promise<void> => {
  await executor.query(clearNotes, [customerId]);
  await executor.query(clearOrders, [customerId]);
};

export const createErasureStore = (db: Database): ErasureStore => ({
  begin: (customerId, now, source) =>
    db.transaction(async (executor) => {
      const dueAt = 'dueAt' in source ? source.dueAt : null;
      const toldAt = 'toldAt' in source ? source.toldAt : null;
      await executor.query(begin, [customerId, now, dueAt, toldAt]);
      await anonymise(executor, customerId);
    }),
  finish: (customerId, now) =>
    db.transaction(async (executor) => {
      await anonymise(executor, customerId);
      await executor.query('UPDATE erasures SET done_at = $2 WHERE id = $1', [customerId, now]);
    }),
  lastToldAt: async () => {
    const [row] = await db.query<{ last: Date | null }>('SELECT max(told_at) AS last FROM erasures', []);
    return row?.last ?? undefined;
  },
});
