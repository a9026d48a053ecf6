import type { Database, Transactor } from '../../../kernel/db/database.ts';

/** Who may use which app, where apps are not open to all. */
export const createAppGrantStore = (db: Database) => ({
  has: async (userId: string, app: string): Promise<boolean> => {
    const row = await db
      .selectFrom('optimization_app_grants')
      .select('app')
      .where('user_id', '=', userId)
      .where('app', '=', app)
      .executeTakeFirst();
    return row !== undefined;
  },
  deleteOf: async (transaction: Transactor, userId: string): Promise<void> => {
    await transaction.deleteFrom('optimization_app_grants').where('user_id', '=', userId).execute();
  },
});
export type AppGrantStore = ReturnType<typeof createAppGrantStore>;
