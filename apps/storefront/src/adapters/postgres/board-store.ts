import type { BoardStore } from '../../application/board-store.ts';
import type { Database } from './database.ts';
import { orderColumns, toOrder, type OrderRow } from './order-rows.ts';

const changesAfter = `
  SELECT board_changes.sequence, board_changes.at, ${orderColumns}
  FROM board_changes JOIN orders ON orders.id = board_changes.order_id
  WHERE board_changes.sequence > $1 ORDER BY board_changes.sequence LIMIT $2`;

interface ChangeRow extends OrderRow {
  sequence: number;
  at: Date;
}

export const createBoardStore = (db: Database): BoardStore => ({
  changesAfter: async (sequence, limit) => {
    const rows = await db.query<ChangeRow>(changesAfter, [sequence, limit]);
    return rows.map((row) => ({ sequence: row.sequence, at: row.at, order: toOrder(row) }));
  },
  bounds: async () => {
    const [row] = await db.query<{ first: number | null; last: number | null }>(
      'SELECT min(sequence) AS first, max(sequence) AS last FROM board_changes',
      [],
    );
    return { first: row?.first ?? 0, last: row?.last ?? 0 };
  },
  removeBefore: async (time) => {
    await db.query('DELETE FROM board_changes WHERE at < $1', [time]);
  },
});
