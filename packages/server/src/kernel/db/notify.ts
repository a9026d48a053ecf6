import { sql } from 'kysely';
import type { Executor } from './database.ts';

/** Wakes listeners on every replica once the transaction commits. Payloads are ids and verbs, never data. */
export const notify = async (executor: Executor, channel: string, payload: string): Promise<void> => {
  await sql`select pg_notify(${channel}, ${payload})`.execute(executor);
};
