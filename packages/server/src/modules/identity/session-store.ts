import type { Database, Executor, Transactor } from '../../kernel/db/database.ts';
import { announce } from './changes.ts';

export type SessionKind = 'token' | 'cookie';

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly kind: SessionKind;
  readonly audience: string;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** False where it was there already. */
export const insertSession = async (executor: Executor, session: NewSession): Promise<boolean> => {
  const inserted = await executor
    .insertInto('sessions')
    .values({
      id: session.id,
      user_id: session.userId,
      kind: session.kind,
      audience: session.audience,
      address: session.address,
      user_agent: session.userAgent,
      created_at: session.createdAt,
      last_used_at: session.createdAt,
      expires_at: session.expiresAt,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
};

export const insertRefreshToken = async (
  executor: Executor,
  token: { sha256: Buffer; sessionId: string; issuedAt: Date },
): Promise<void> => {
  await executor
    .insertInto('refresh_tokens')
    .values({ sha256: token.sha256, session_id: token.sessionId, issued_at: token.issuedAt })
    .execute();
};

export interface RefreshTokenRow {
  readonly sessionId: string;
  readonly userId: string;
  readonly kind: SessionKind;
  readonly createdAt: Date;
  readonly replacedAt: Date | null;
}

/** A refresh token of a live session of one door, with both rows locked: two tabs take turns. */
export const lockRefreshToken = async (
  transaction: Transactor,
  token: { readonly sha256: Buffer; readonly audience: string },
  now: Date,
): Promise<RefreshTokenRow | undefined> => {
  const row = await transaction
    .selectFrom('refresh_tokens as t')
    .innerJoin('sessions as s', 's.id', 't.session_id')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select(['s.id', 's.user_id', 's.kind', 's.created_at', 't.replaced_at'])
    .where('t.sha256', '=', token.sha256)
    .where('s.audience', '=', token.audience)
    .where('s.ended_at', 'is', null)
    .where('s.expires_at', '>', now)
    .where('u.state', '=', 'active')
    .forUpdate(['t', 's'])
    .executeTakeFirst();
  return (
    row && {
      sessionId: row.id,
      userId: row.user_id,
      kind: row.kind === 'cookie' ? 'cookie' : 'token',
      createdAt: row.created_at,
      replacedAt: row.replaced_at,
    }
  );
};

export const replaceRefreshToken = async (
  transaction: Transactor,
  token: { sha256: Buffer; successorSha256: Buffer; sessionId: string; now: Date; expiresAt: Date },
): Promise<void> => {
  await transaction
    .updateTable('refresh_tokens')
    .set({ replaced_at: token.now })
    .where('sha256', '=', token.sha256)
    .execute();
  await insertRefreshToken(transaction, {
    sha256: token.successorSha256,
    sessionId: token.sessionId,
    issuedAt: token.now,
  });
  await transaction
    .updateTable('sessions')
    .set({ last_used_at: token.now, expires_at: token.expiresAt })
    .where('id', '=', token.sessionId)
    .execute();
};

/** Ends one session; false when it was no live session. */
export const endSession = async (executor: Executor, id: string, now: Date): Promise<boolean> => {
  const ended = await executor
    .updateTable('sessions')
    .set({ ended_at: now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (ended !== undefined) await announce(executor, `session:${id}`);
  return ended !== undefined;
};

/** Ends all sessions of a user, but for the one given. */
export const endSessionsOf = async (
  executor: Executor,
  userId: string,
  now: Date,
  except?: string,
): Promise<void> => {
  let update = executor
    .updateTable('sessions')
    .set({ ended_at: now })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null);
  if (except !== undefined) update = update.where('id', '<>', except);
  await update.execute();
  await announce(executor, `user:${userId}`);
};

/** Longer than any lock holds, or a failure counts. */
const keepAttemptsMs = 24 * 60 * 60_000;

/** Deletes what ended or ran out before `before`, with its refresh tokens, and all short-lived rows that ran out. */
export const deleteExpired = async (db: Database, now: Date, before: Date): Promise<void> => {
  await db
    .deleteFrom('sessions')
    .where((eb) => eb.or([eb('ended_at', '<', before), eb('expires_at', '<', before)]))
    .execute();
  await db.deleteFrom('tickets').where('expires_at', '<', now).execute();
  await db.deleteFrom('oidc_flows').where('expires_at', '<', now).execute();
  await db.deleteFrom('sign_in_codes').where('expires_at', '<', now).execute();
  await db.deleteFrom('recovery_passwords').where('expires_at', '<', now).execute();
  await db
    .deleteFrom('login_attempts')
    .where('last_failure_at', '<', new Date(now.getTime() - keepAttemptsMs))
    .execute();
};
