import type { ApiToken } from '@dumont/contracts/identity/keys';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import { deleteApiToken, insertApiToken, listApiTokens, type ApiTokenRow } from './api-token-store.ts';
import type { Audit } from './audit.ts';
import { announce } from './changes.ts';
import { sha256 } from './hashes.ts';

const dayMs = 24 * 60 * 60 * 1000;
const secretBytes = 32;
/** What secret scanners and our own log look for. */
const tokenPrefix = 'dmt_';
export const apiTokenShape = /^dmt_[A-Za-z0-9_-]{43}$/;
const shownCharacters = 8;

/** `secret` in 43 characters of base64url. */
export const apiTokenOf = (secret: string): string => tokenPrefix + secret;
export const newApiToken = (random: Pick<Random, 'secret'>): string => apiTokenOf(random.secret(secretBytes));
/** By which its owner knows it again. */
export const shownPrefix = (token: string): string => token.slice(0, shownCharacters);

const asApiToken = (row: ApiTokenRow): ApiToken => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
});

export const createApiTokenHandlers = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
}): Handlers<'listTokens' | 'createToken' | 'deleteToken'> => ({
  listTokens: async ({ caller }) => ({
    items: (await listApiTokens(deps.db, caller.userId)).map(asApiToken),
  }),

  createToken: async ({ caller, body, context }) => {
    const token = newApiToken(deps.random);
    const createdAt = deps.clock.now();
    const row = {
      id: deps.random.id(),
      name: body.name,
      prefix: shownPrefix(token),
      createdAt,
      lastUsedAt: null,
      expiresAt:
        body.expiresInDays === null ? null : new Date(createdAt.getTime() + body.expiresInDays * dayMs),
    };
    await deps.db.transaction().execute(async (transaction) => {
      await insertApiToken(transaction, { ...row, userId: caller.userId, sha256: sha256(token) });
      await deps.audit(
        {
          actorId: caller.userId,
          action: 'token.created',
          subjectType: 'token',
          subjectId: row.id,
          address: context.address,
          details: { name: row.name, expiresAt: row.expiresAt?.toISOString() ?? null },
        },
        transaction,
      );
    });
    return { ...asApiToken(row), token };
  },

  deleteToken: async ({ caller, params, context }) => {
    await deps.db.transaction().execute(async (transaction) => {
      const name = await deleteApiToken(transaction, { id: params.id, userId: caller.userId });
      if (name === undefined) throw new AppError('token.not_found');
      await announce(transaction, `session:${params.id}`);
      await deps.audit(
        {
          actorId: caller.userId,
          action: 'token.revoked',
          subjectType: 'token',
          subjectId: params.id,
          address: context.address,
          details: { name },
        },
        transaction,
      );
    });
  },
});
