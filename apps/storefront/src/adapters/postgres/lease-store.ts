import type { Claimed, LeaseStore } from '../../application/leased-worker.ts';
import type { Database } from './database.ts';

type LeasedTable = 'payments' | 'payment_notifications' | 'erasures';

/** Rows with `due_at`, `attempts`, `last_error`, `lease_token`, `lease_until`. */
export const createLeaseStore = (db: Database, table: LeasedTable): LeaseStore => {
  const claim = `
    UPDATE ${table} SET lease_token = $1, lease_until = $3, due_at = NULL, attempts = attempts + 1
    WHERE id IN (
      SELECT id FROM ${table}
      WHERE (due_at <= $2 AND lease_until IS NULL) OR lease_until <= $2
      LIMIT $4 FOR UPDATE SKIP LOCKED)
    RETURNING id, attempts`;
  const release = `
    UPDATE ${table} SET lease_token = NULL, lease_until = NULL, due_at = least(due_at, $3), last_error = $4::text,
      attempts = CASE WHEN $4::text IS NULL THEN 0 ELSE attempts END
    WHERE id = $1 AND lease_token = $2`;
  return {
    claim: ({ token, now, until, limit }) =>
      db.query<Claimed & Record<string, unknown>>(claim, [token, now, until, limit]),
    release: async ({ id, token, dueAt, error }) => {
      await db.query(release, [id, token, dueAt, error]);
    },
  };
};
