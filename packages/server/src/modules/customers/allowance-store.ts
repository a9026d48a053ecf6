import { sql } from 'kysely';
import type { Database } from '../../kernel/db/database.ts';

export interface Flow {
  /** So many may come at once. */
  readonly burst: number;
  readonly perSecond: number;
}

/** How much of the allowance there is by now; as much as fits where nobody asked before. */
const levelNow = (flow: Flow, now: Date) =>
  sql<number>`least(${flow.burst}::float8, customer_allowances.level
    + ${flow.perSecond}::float8 * greatest(0, extract(epoch from ${now}::timestamptz - customer_allowances.at)::float8))`;

export const readLevel = async (db: Database, key: Buffer, flow: Flow, now: Date): Promise<number> => {
  const row = await db
    .selectFrom('customer_allowances')
    .select(levelNow(flow, now).as('level'))
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.level ?? flow.burst;
};

/** Takes one if there is one: one statement, so that replicas cannot both take the last. */
export const takeOne = async (db: Database, key: Buffer, flow: Flow, now: Date): Promise<boolean> => {
  const row = await db
    .insertInto('customer_allowances')
    .values({ key, level: flow.burst - 1, at: now })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({
          level: sql<number>`${levelNow(flow, now)} - 1`,
          at: sql<Date>`greatest(customer_allowances.at, ${now}::timestamptz)`,
        })
        .where(sql<boolean>`${levelNow(flow, now)} >= 1`),
    )
    .returning('level')
    .executeTakeFirst();
  return row !== undefined;
};

export const forgetAllowance = async (db: Database, key: Buffer): Promise<void> => {
  await db.deleteFrom('customer_allowances').where('key', '=', key).execute();
};

export const forgetAllowancesBefore = async (db: Database, time: Date): Promise<void> => {
  await db.deleteFrom('customer_allowances').where('at', '<', time).execute();
};
