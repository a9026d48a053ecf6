import type { Database } from '../db/database.ts';

export interface VaultStore {
  listDataKeys(): Promise<readonly { id: number; wrapped: Buffer }[]>;
  /** Adds the key unless one with this id is there; answers the wrapped key that is stored. */
  addDataKey(id: number, wrapped: Buffer): Promise<Buffer>;
}

export const createVaultStore = (db: Database): VaultStore => ({
  listDataKeys: () => db.selectFrom('data_keys').select(['id', 'wrapped']).execute(),
  addDataKey: async (id, wrapped) => {
    await db
      .insertInto('data_keys')
      .values({ id, wrapped })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    const row = await db
      .selectFrom('data_keys')
      .select('wrapped')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return row.wrapped;
  },
});
