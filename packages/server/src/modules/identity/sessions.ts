import { createHmac } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { AccessTokens, TokenUse } from './access-tokens.ts';
import type { Audit } from './audit.ts';
import { sha256 } from './hashes.ts';
import {
  endSession,
  insertRefreshToken,
  insertSession,
  lockRefreshToken,
  replaceRefreshToken,
  type RefreshTokenRow,
  type SessionKind,
} from './session-store.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** A session ends when it was not renewed for so long, ... */
const shortestIdleMs = 30 * dayMs;
/** ... and after this time in any case. */
const absoluteMs = 180 * dayMs;
/**
 * For so long a replaced refresh token is answered with the same successor again: two tabs that renew at once,
 * and replies that were lost, are not theft. After it, showing a replaced token ends the session.
 */
const graceMs = 10_000;

export interface SessionTokens {
  readonly sessionId: string;
  readonly userId: string;
  readonly kind: SessionKind;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds until the session ends unless it is renewed. */
  readonly lifeSeconds: number;
}

export interface From {
  readonly address: string;
  readonly userAgent: string | undefined;
}

/** Sessions: one sign-in each, kept alive by refresh tokens that are used once. */
export interface Sessions {
  /** Within the transaction that records the sign-in. Sign the tokens after it has committed. */
  open(transaction: Transactor, userId: string, kind: SessionKind, from: From): Promise<OpenedSession>;
  sign(opened: OpenedSession): Promise<SessionTokens>;
  /** Throws `auth.token_invalid`, and `auth.refresh_reused` after ending the session. */
  renew(refreshToken: string, from: From): Promise<SessionTokens>;
  /** Ends the session of a refresh token, or of one before it; of any other text there is nothing to end. */
  end(refreshToken: string, from: From): Promise<void>;
}

export type OpenedSession = Omit<SessionTokens, 'accessToken'>;

type Renewal = { readonly opened: OpenedSession } | { readonly reusedBy: RefreshTokenRow };

export const createSessions = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
  /** Whose sessions they are: the tokens of no other door renew them. */
  use: TokenUse;
  accessTokens: AccessTokens;
  refreshSecret: string;
}): Sessions => {
  const { db, clock, random } = deps;
  const { audience } = deps.use;
  // Clients renew once their access token has run out: then there is as much time left again.
  const idleMs = Math.max(shortestIdleMs, 2 * deps.use.seconds * 1000);
  // Derived, so that the same successor can be answered twice although only its hash is stored.
  const successorOf = (token: string): string =>
    createHmac('sha256', deps.refreshSecret).update(token).digest('base64url');
  const lifeSeconds = (now: Date, expiresAt: Date): number =>
    Math.max(1, Math.floor((expiresAt.getTime() - now.getTime()) / 1000));

  const replace = async (transaction: Transactor, token: string): Promise<Renewal> => {
    const now = clock.now();
    const row = await lockRefreshToken(transaction, { sha256: sha256(token), audience }, now);
    if (row === undefined) throw new AppError('auth.token_invalid');
    const successor = successorOf(token);
    const expiresAt = new Date(Math.min(now.getTime() + idleMs, row.createdAt.getTime() + absoluteMs));
    const { sessionId, userId, kind } = row;
    if (row.replacedAt === null) {
      await replaceRefreshToken(transaction, {
        sha256: sha256(token),
        successorSha256: sha256(successor),
        sessionId,
        now,
        expiresAt,
      });
    } else if (now.getTime() - row.replacedAt.getTime() > graceMs) {
      await endSession(transaction, sessionId, now);
      return { reusedBy: row };
    }
    return {
      opened: { sessionId, userId, kind, refreshToken: successor, lifeSeconds: lifeSeconds(now, expiresAt) },
    };
  };

  const sign = async (opened: OpenedSession): Promise<SessionTokens> => ({
    ...opened,
    accessToken: await deps.accessTokens.issue(opened.userId, opened.sessionId),
  });

  return {
    sign,
    open: async (transaction, userId, kind, from) => {
      const createdAt = clock.now();
      const expiresAt = new Date(createdAt.getTime() + idleMs);
      const sessionId = random.id();
      const refreshToken = random.secret(32);
      await insertSession(transaction, {
        id: sessionId,
        userId,
        kind,
        audience,
        address: from.address,
        userAgent: from.userAgent?.slice(0, 500) ?? null,
        createdAt,
        expiresAt,
      });
      await insertRefreshToken(transaction, { sha256: sha256(refreshToken), sessionId, issuedAt: createdAt });
      return { sessionId, userId, kind, refreshToken, lifeSeconds: lifeSeconds(createdAt, expiresAt) };
    },
    renew: async (refreshToken, from) => {
      const renewal = await db.transaction().execute((transaction) => replace(transaction, refreshToken));
      if ('opened' in renewal) return sign(renewal.opened);
      await deps.audit({
        actorId: renewal.reusedBy.userId,
        action: 'auth.refresh_reused',
        subjectType: 'session',
        subjectId: renewal.reusedBy.sessionId,
        address: from.address,
      });
      throw new AppError('auth.refresh_reused');
    },
    end: async (refreshToken, from) => {
      const now = clock.now();
      await db.transaction().execute(async (transaction) => {
        const row = await lockRefreshToken(transaction, { sha256: sha256(refreshToken), audience }, now);
        if (row === undefined || !(await endSession(transaction, row.sessionId, now))) return;
        await deps.audit(
          {
            actorId: row.userId,
            action: 'auth.logout',
            subjectType: 'session',
            subjectId: row.sessionId,
            address: from.address,
            details: { everywhere: false },
          },
          transaction,
        );
      });
    },
  };
};
