import type { Transactor } from './database.ts';

/** What this key made before, or undefined when the key is new and now taken for `entityId`. */
export const takeIdempotencyKey = async (
  tx: Transactor,
  key: { userId: string; key: string; requestSha256: string },
  entityId: string,
  now: Date,
): Promise<{ entityId: string; sameRequest: boolean } | undefined> => {
  const taken = await tx
    .insertInto('idempotency_keys')
    .values({
      user_id: key.userId,
      key: key.key,
      request_sha256: key.requestSha256,
      entity_id: entityId,
      created_at: now,
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'key']).doNothing())
    .returning('entity_id')
    .executeTakeFirst();
  if (taken !== undefined) return undefined;
  const before = await tx
    .selectFrom('idempotency_keys')
    .select(['entity_id', 'request_sha256'])
    .where('user_id', '=', key.userId)
    .where('key', '=', key.key)
    .executeTakeFirstOrThrow();
  return { entityId: before.entity_id, sameRequest: before.request_sha256 === key.requestSha256 };
};
