import { sql } from 'kysely';
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

/** The keys of these users, as `authorized_keys` has them. */
export const listPublicKeys = async (
  db: Database,
  userIds: readonly string[],
): Promise<readonly string[]> => {
  const rows = await db
    .selectFrom('ssh_keys')
    .innerJoin('users', 'users.id', 'ssh_keys.user_id')
    .select('public_key')
    .where(sql<boolean>`user_id = any(${[...userIds]}::uuid[])`)
    .where('users.state', '=', 'active')
    .orderBy('ssh_keys.created_at')
    .execute();
  return rows.map((row) => row.public_key);
};

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
