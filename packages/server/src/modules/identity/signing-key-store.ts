import { sql } from 'kysely';
import type { JWK } from 'jose';
import type { Database } from '../../kernel/db/database.ts';
import { announce } from './changes.ts';

export interface StoredKey {
  readonly id: string;
  readonly publicJwk: JWK;
  readonly sealedPrivateJwk: Buffer;
  readonly createdAt: Date;
}

const rotationLock = 7_031_870;

/** Newest first. */
export const listSigningKeys = async (db: Database): Promise<readonly StoredKey[]> => {
  const rows = await db
    .selectFrom('signing_keys')
    .select(['id', 'public_jwk', 'sealed_private_jwk', 'created_at'])
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    publicJwk: row.public_jwk as JWK,
    sealedPrivateJwk: row.sealed_private_jwk,
    createdAt: row.created_at,
  }));
};

/** Adds a key unless another replica added one after `newerThan`; drops those from before `dropBefore`. */
export const addSigningKey = async (
  db: Database,
  key: StoredKey,
  limits: { newerThan: Date; dropBefore: Date },
): Promise<void> => {
  await db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${rotationLock}::bigint)`.execute(transaction);
    const newer = await transaction
      .selectFrom('signing_keys')
      .select('id')
      .where('created_at', '>', limits.newerThan)
      .executeTakeFirst();
    if (newer !== undefined) return;
    await transaction
      .insertInto('signing_keys')
      .values({
        id: key.id,
        public_jwk: JSON.stringify(key.publicJwk),
        sealed_private_jwk: key.sealedPrivateJwk,
        created_at: key.createdAt,
      })
      .execute();
    await transaction.deleteFrom('signing_keys').where('created_at', '<', limits.dropBefore).execute();
    await announce(transaction, 'keys');
  });
};
