import { createHmac } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Random } from '../../kernel/random.ts';
import type { Vault } from '../../kernel/vault/vault.ts';
import { loadSharedSecret } from '../../kernel/vault/shared-secret-store.ts';
import { findApiTokenId, insertApiToken } from './api-token-store.ts';
import { apiTokenOf, shownPrefix } from './api-tokens.ts';
import type { Audit } from './audit.ts';
import { inFirstStart } from './first-start-store.ts';
import { sha256 } from './hashes.ts';
import { addUser } from './new-users.ts';

/** An account for a program that the server runs beside itself. */
export interface ServiceAccount {
  /** `ordering service`: its user is found by it. */
  readonly name: string;
  /** In the default project. */
  readonly role: string;
}

/**
 * The token of such a program, the same for every replica and at every start: it follows from a secret of ours. Its
 * user is made with it; who takes the user's role or the token away has taken it from the program.
 */
export const openServiceAccount = async (
  deps: {
    db: Database;
    clock: Clock;
    random: Random;
    vault: Vault;
    audit: Audit;
    defaultProjectId: string;
  },
  { name, role }: ServiceAccount,
): Promise<string> => {
  const secret = await loadSharedSecret(deps, 'service-accounts');
  const token = apiTokenOf(createHmac('sha256', secret).update(name).digest('base64url'));
  await inFirstStart(deps.db, async (transaction) => {
    if ((await findApiTokenId(transaction, sha256(token))) !== undefined) return;
    const slug = name.replaceAll(' ', '-');
    const userId = await addUser(transaction, deps, {
      // Nobody has this address (RFC 2606), and without a password nobody signs in by it.
      email: `${slug}@service.invalid`,
      emailConfirmed: false,
      username: slug,
      name,
      passwordHash: null,
      mustChangePassword: false,
      installationRole: null,
      defaultProjectRole: role,
    });
    const id = deps.random.id();
    await insertApiToken(transaction, {
      id,
      userId,
      name: 'of the program beside the server',
      prefix: shownPrefix(token),
      sha256: sha256(token),
      createdAt: deps.clock.now(),
      expiresAt: null,
    });
    await deps.audit(
      {
        actorId: null,
        action: 'user.created',
        subjectType: 'user',
        subjectId: userId,
        details: { name, defaultProjectRole: role, service: true },
      },
      transaction,
    );
  });
  return token;
};
