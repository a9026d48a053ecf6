import { sql } from 'kysely';
import type { Database } from '../kernel/db/database.ts';
import { prepareLoginRole } from '../kernel/db/login-role.ts';
import { roleAddress } from '../kernel/db/role-address.ts';
import type { Random } from '../kernel/random.ts';
import { loadSharedSecret } from '../kernel/vault/shared-secret-store.ts';
import type { Vault } from '../kernel/vault/vault.ts';

const schema = 'storefront';
/** Of one ordering service, and of the next one while it takes over. */
const connections = 40;

/** Makes the role of the ordering service, which owns its schema and reaches nothing else; answers its address. */
export const openStorefrontRole = async (deps: {
  readonly db: Database;
  readonly vault: Vault;
  readonly random: Random;
  readonly database: { readonly url: string; readonly storefrontRole?: string };
}): Promise<string> => {
  const name = deps.database.storefrontRole ?? 'dumont_storefront';
  const password = await loadSharedSecret(deps, 'storefront-role');
  await prepareLoginRole(deps.db, { name, password, connections }, async (transaction, database) => {
    const role = sql.id(name);
    await sql`GRANT CONNECT, TEMPORARY ON DATABASE ${sql.id(database)} TO ${role}`.execute(transaction);
    await sql`REVOKE ALL ON SCHEMA public FROM PUBLIC`.execute(transaction);
    // A schema is given away only by a member of who gets it.
    await sql`GRANT ${role} TO CURRENT_USER`.execute(transaction);
    await sql`CREATE SCHEMA IF NOT EXISTS ${sql.id(schema)} AUTHORIZATION ${role}`.execute(transaction);
  });
  return roleAddress(deps.database.url, { role: name, password, socketFolder: undefined });
};
