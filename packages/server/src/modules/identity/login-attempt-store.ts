import { sql } from 'kysely';
import type { Database, Executor } from '../../kernel/db/database.ts';

/** The latest lock among these keys, if one holds. */
export const findLock = async (
  db: Database,
  keys: readonly string[],
  now: Date,
): Promise<Date | undefined> => {
  const row = await db
    .selectFrom('login_attempts')
    .select((eb) => eb.fn.max('locked_until').as('until'))
    .where('key', 'in', [...keys])
    .where('locked_until', '>', now)
    .executeTakeFirst();
  return row?.until ?? undefined;
};

/** Counts a failure; answers how many there are now. Failures from before `forgetBefore` do not count any more. */
export const countFailure = async (
  executor: Executor,
  key: string,
  now: Date,
  forgetBefore: Date,
): Promise<number> => {
  const row = await executor
    .insertInto('login_attempts')
    .values({ key, failures: 1, last_failure_at: now })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        failures: sql<number>`case when login_attempts.last_failure_at < ${forgetBefore} then 1 else login_attempts.failures + 1 end`,
        last_failure_at: now,
      }),
    )
    .returning('failures')
    .executeTakeFirstOrThrow();
  return row.failures;
};

export const lockAttempts = async (executor: Executor, key: string, until: Date): Promise<void> => {
  await executor.updateTable('login_attempts').set({ locked_until: until }).where('key', '=', key).execute();
};

export const forgetFailures = async (executor: Executor, key: string): Promise<void> => {
  await executor.deleteFrom('login_attempts').where('key', '=', key).execute();
};
