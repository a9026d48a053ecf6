import { sql } from 'kysely';
import type { Executor } from '../../kernel/db/database.ts';
import { changeChannel, type Change } from './changes.ts';

/** Tells every replica, this one too, once the transaction has committed. */
export const announce = async (executor: Executor, change: Change): Promise<void> => {
  await sql`select pg_notify(${changeChannel}, ${change})`.execute(executor);
};
