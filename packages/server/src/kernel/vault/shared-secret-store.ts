import type { Database } from '../db/database.ts';
import type { Random } from '../random.ts';
import type { Vault } from './vault.ts';

/** A key that all replicas share: made by the first that asks, sealed by the vault. */
export const loadSharedSecret = async (
  deps: { db: Database; random: Random; vault: Vault },
  name: string,
): Promise<string> => {
  const context = `shared-secret:${name}`;
  const read = async (): Promise<string | undefined> => {
    const row = await deps.db
      .selectFrom('shared_secrets')
      .select('sealed')
      .where('name', '=', name)
      .executeTakeFirst();
    return row && deps.vault.open(context, row.sealed);
  };
  const existing = await read();
  if (existing !== undefined) return existing;
  const sealed = await deps.vault.seal(context, deps.random.secret(32));
  await deps.db
    .insertInto('shared_secrets')
    .values({ name, sealed })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const stored = await read();
  if (stored === undefined) throw new Error(`The shared secret ${name} vanished.`);
  return stored;
};
