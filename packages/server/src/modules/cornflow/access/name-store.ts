import type { Executor, Transactor } from '../../../kernel/db/database.ts';

/** First and last names as they were given here. */
export interface NameRow {
  readonly userId: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  /** What the two made together. */
  readonly name: string;
}

export const listNameRows = async (
  executor: Executor,
  userIds: readonly string[],
): Promise<readonly NameRow[]> =>
  userIds.length === 0
    ? []
    : executor
        .selectFrom('cornflow_names')
        .select(['user_id as userId', 'first_name as firstName', 'last_name as lastName', 'name'])
        .where('user_id', 'in', [...userIds])
        .execute();

export const putNameRow = async (transaction: Transactor, row: NameRow): Promise<void> => {
  const values = { first_name: row.firstName, last_name: row.lastName, name: row.name };
  await transaction
    .insertInto('cornflow_names')
    .values({ user_id: row.userId, ...values })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
    .execute();
};

export const deleteNameRow = async (transaction: Transactor, userId: string): Promise<void> => {
  await transaction.deleteFrom('cornflow_names').where('user_id', '=', userId).execute();
};
