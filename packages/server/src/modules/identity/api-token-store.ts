import type { Database, Executor, Transactor } from '../../kernel/db/database.ts';

export interface ApiTokenRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
}

export const insertApiToken = async (
  executor: Executor,
  row: Omit<ApiTokenRow, 'lastUsedAt'> & {
    readonly userId: string;
    readonly sha256: Buffer;
    /** Of a key: the one door that takes it. */
    readonly audience?: string;
    readonly readOnly?: boolean;
  },
): Promise<void> => {
  await executor
    .insertInto('api_tokens')
    .values({
      id: row.id,
      user_id: row.userId,
      name: row.name,
      prefix: row.prefix,
      sha256: row.sha256,
      created_at: row.createdAt,
      expires_at: row.expiresAt,
      audience: row.audience ?? null,
      read_only: row.readOnly ?? false,
    })
    .execute();
};

export const listApiTokens = (db: Database, userId: string): Promise<readonly ApiTokenRow[]> =>
  db
    .selectFrom('api_tokens')
    .select([
      'id',
      'name',
      'prefix',
      'created_at as createdAt',
      'last_used_at as lastUsedAt',
      'expires_at as expiresAt',
    ])
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .execute();

export const findApiTokenId = async (
  db: Executor,
  sha256: Buffer,
): Promise<{ id: string; expiresAt: Date | null; audience: string | null } | undefined> =>
  db
    .selectFrom('api_tokens')
    .select(['id', 'expires_at as expiresAt', 'audience'])
    .where('sha256', '=', sha256)
    .executeTakeFirst();

/** Answers the name of the token that was deleted. */
export const deleteApiToken = async (
  executor: Executor,
  key: { id: string; userId: string },
): Promise<string | undefined> => {
  const row = await executor
    .deleteFrom('api_tokens')
    .where('id', '=', key.id)
    .where('user_id', '=', key.userId)
    .returning('name')
    .executeTakeFirst();
  return row?.name;
};

/** Deletes all tokens of a user; answers their names. Whoever calls announces the user. */
export const deleteApiTokensOf = async (executor: Executor, userId: string): Promise<string[]> => {
  const rows = await executor
    .deleteFrom('api_tokens')
    .where('user_id', '=', userId)
    .returning('name')
    .execute();
  return rows.map(({ name }) => name);
};

/** Two who make a key for the same user take turns until the end of the transaction. */
export const lockKeysOf = async (transaction: Transactor, userId: string): Promise<void> => {
  await transaction.selectFrom('users').select('id').where('id', '=', userId).forUpdate().execute();
};

/** Deletes the keys that a user has for a door. Whoever calls announces each of them. */
export const deleteKeysOf = (
  executor: Executor,
  owner: { readonly userId: string; readonly audience: string },
): Promise<{ id: string; name: string }[]> =>
  executor
    .deleteFrom('api_tokens')
    .where('user_id', '=', owner.userId)
    .where('audience', '=', owner.audience)
    .returning(['id', 'name'])
    .execute();

/** Records the use of a token, at most once a minute. */
export const touchApiToken = async (db: Database, id: string, now: Date): Promise<void> => {
  await db
    .updateTable('api_tokens')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where((eb) =>
      eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', new Date(now.getTime() - 60_000))]),
    )
    .execute();
};
