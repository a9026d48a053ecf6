import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import type { Random } from '../../kernel/random.ts';
import { deleteKeysOf, insertApiToken, lockKeysOf } from './api-token-store.ts';
import { newApiToken, shownPrefix } from './api-tokens.ts';
import type { Audit } from './audit.ts';
import { announce } from './changes.ts';
import { sha256 } from './hashes.ts';

/** The key that a user has at one door: an API token that no other door takes, and that ends. */
export interface DoorKeys {
  /** In the place of the one that the user has. */
  issue(userId: string, key: NewKey, address: string): Promise<{ token: string; expiresAt: Date }>;
  /** Ends the one that the user has, if there is one. */
  revoke(userId: string, address: string): Promise<void>;
}

interface NewKey {
  /** By which its user finds it among their API tokens. */
  readonly name: string;
  readonly readOnly: boolean;
  readonly seconds: number;
}

export const createDoorKeys = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
  audience: string;
}): DoorKeys => {
  const { db, clock, audience } = deps;

  const audited = (
    transaction: Transactor,
    userId: string,
    action: 'token.created' | 'token.revoked',
    token: { id: string; name: string },
    address: string,
  ): Promise<void> =>
    deps.audit(
      {
        actorId: userId,
        action,
        subjectType: 'token',
        subjectId: token.id,
        address,
        details: { name: token.name, audience },
      },
      transaction,
    );
  const end = async (transaction: Transactor, userId: string, address: string): Promise<void> => {
    for (const key of await deleteKeysOf(transaction, { userId, audience })) {
      await announce(transaction, `session:${key.id}`);
      await audited(transaction, userId, 'token.revoked', key, address);
    }
  };

  return {
    issue: async (userId, { name, readOnly, seconds }, address) => {
      const token = newApiToken(deps.random);
      const createdAt = clock.now();
      const expiresAt = new Date(createdAt.getTime() + seconds * 1000);
      const id = deps.random.id();
      await db.transaction().execute(async (transaction) => {
        await lockKeysOf(transaction, userId);
        await end(transaction, userId, address);
        await insertApiToken(transaction, {
          id,
          userId,
          name,
          prefix: shownPrefix(token),
          sha256: sha256(token),
          createdAt,
          expiresAt,
          audience,
          readOnly,
        });
        await audited(transaction, userId, 'token.created', { id, name }, address);
      });
      return { token, expiresAt };
    },
    revoke: (userId, address) => db.transaction().execute((transaction) => end(transaction, userId, address)),
  };
};
