import type { Database } from '../../../kernel/db/database.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Vault } from '../../../kernel/vault/vault.ts';
import { roleAddress } from '../../../kernel/db/role-address.ts';
import { loadSharedSecret } from '../../../kernel/vault/shared-secret-store.ts';
import { prepareFundsRole } from './funds-role-store.ts';

/**
 * Makes the role that runs use, and answers the database's address as a run with that role sees it. Not for a database
 * whose operator made the role (`DUMONT_FUNDS_DATABASE_URL`).
 */
export const openFundsRole = async (deps: {
  readonly db: Database;
  readonly vault: Vault;
  readonly random: Random;
  readonly database: { readonly url: string; readonly runSocketDir: () => string | undefined };
  /** Other than `dumont_funds` where several installations share one PostgreSQL. */
  readonly role?: string;
}): Promise<string> => {
  const password = await loadSharedSecret(deps, 'funds-role');
  const role = deps.role ?? 'dumont_funds';
  await prepareFundsRole(deps.db, password, role);
  return roleAddress(deps.database.url, { role, password, socketFolder: deps.database.runSocketDir() });
};
