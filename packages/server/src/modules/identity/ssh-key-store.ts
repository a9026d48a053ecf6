import type { Database, Executor } from '../../kernel/db/database.ts';

export interface SshKeyRow {
  readonly id: string;
  readonly name: string;
  readonly algorithm: string;
  readonly fingerprint: string;
  readonly createdAt: Date;
}

export const insertSshKey = async (
  executor: Executor,
  row: SshKeyRow & { readonly userId: string; readonly publicKey: string },
): Promise<void> => {
  await executor
    .insertInto('ssh_keys')
    .values({
      id: row.id,
      user_id: row.userId,
      name: row.name,
      algorithm: row.algorithm,
      fingerprint: row.fingerprint,
      public_key: row.publicKey,
      created_at: row.createdAt,
    })
    .execute();
};

export const listSshKeyRows = (db: Database, userId: string): Promise<readonly SshKeyRow[]> =>
  db
    .selectFrom('ssh_keys')
    .select(['id', 'name', 'algorithm', 'fingerprint', 'created_at as createdAt'])
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .execute();

/** Answers the fingerprint of the key that was deleted. */
export const deleteSshKeyRow = async (
  executor: Executor,
  key: { id: string; userId: string },
): Promise<string | undefined> => {
  const row = await executor
    .deleteFrom('ssh_keys')
    .where('id', '=', key.id)
    .where('user_id', '=', key.userId)
    .returning('fingerprint')
    .executeTakeFirst();
  return row?.fingerprint;
};
