import type { CookieSession, Locale, Session } from '@dumont/contracts/identity/auth';
import type { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { Reply } from '../../kernel/http/handlers.ts';
import { accessTokenSeconds } from './access-tokens.ts';
import type { Audit } from './audit.ts';
import type { CsrfTokenFor } from './authenticator.ts';
import { readMe } from './me.ts';
import { sessionCookies } from './session-cookies.ts';
import type { SessionKind } from './session-store.ts';
import type { From, Sessions, SessionTokens } from './sessions.ts';
import { recordLogin, type LoginUser } from './user-store.ts';

export type SessionReply = z.infer<typeof Session> | Reply<z.infer<typeof CookieSession>>;

/** What follows once somebody has proved who they are, by whatever door. */
export interface SignIn {
  /** Opens a session. Throws `auth.disabled`, also when it was disabled this moment. */
  open(
    user: LoginUser,
    kind: SessionKind,
    from: From,
    method: 'password' | 'ldap' | 'oidc',
  ): Promise<SessionTokens>;
  /** The session in the form of its kind: tokens in the body, or cookies. */
  reply(session: SessionTokens): Promise<SessionReply>;
}

export const createSignIn = (deps: {
  language: Locale;
  db: Database;
  clock: Clock;
  audit: Audit;
  sessions: Sessions;
  csrfTokenFor: CsrfTokenFor;
}): SignIn => ({
  open: async (user, kind, from, method) => {
    const opened = await deps.db.transaction().execute(async (transaction) => {
      if (!(await recordLogin(transaction, user, deps.clock.now()))) throw new AppError('auth.disabled');
      await deps.audit(
        {
          actorId: user.id,
          action: 'auth.login',
          subjectType: 'user',
          subjectId: user.id,
          address: from.address,
          details: { method, session: kind },
        },
        transaction,
      );
      return deps.sessions.open(transaction, user.id, kind, from);
    });
    return deps.sessions.sign(opened);
  },

  reply: async (session) => {
    const user = await readMe(deps, session.userId);
    const common = { success: true as const, user, expires_in: accessTokenSeconds };
    if (session.kind === 'cookie') {
      return new Reply({
        body: { ...common, csrfToken: deps.csrfTokenFor(session.sessionId) },
        cookies: sessionCookies(session, deps.csrfTokenFor),
      });
    }
    return {
      ...common,
      token: session.accessToken,
      access_token: session.accessToken,
      refresh_token: session.refreshToken,
      token_type: 'Bearer',
    };
  },
});
