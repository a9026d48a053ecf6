import type { Authenticator } from '../../kernel/access/authenticator.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { AccessTokens, TokenUse } from './access-tokens.ts';
import type { Audit } from './audit.ts';
import type { LoginMetrics } from './login-metrics.ts';
import type { PasswordLogin } from './password-login.ts';
import type { Recovery } from './recovery.ts';
import { insertSession } from './session-store.ts';
import { findLoginUserById, recordLogin, type LoginUser } from './user-store.ts';

/** Sign-ins at the door of another protocol, whose tokens live long, are never renewed, and end as any session does. */
export interface DoorSignIn {
  /** Takes tokens of this door, and API tokens. */
  readonly authenticator: Authenticator;
  /** Throws `auth.credentials`, `auth.locked`, `auth.disabled`. */
  byPassword(login: { readonly name: string; readonly password: string }, address: string): Promise<SignedIn>;
  /** With an ID token of the provider; undefined where no provider is set up. */
  readonly byIdToken: ((token: string, address: string) => Promise<SignedIn>) | undefined;
  /** For somebody who was made just now. */
  forUser(userId: string, address: string): Promise<SignedIn>;
}

interface SignedIn {
  readonly userId: string;
  readonly token: string;
}

export const createDoorSignIn = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
  use: TokenUse;
  accessTokens: AccessTokens;
  authenticator: Authenticator;
  passwordLogin: PasswordLogin;
  metrics: LoginMetrics;
  recovery: Pick<Recovery, 'takeUp'>;
  proveIdToken: ((token: string, address: string) => Promise<LoginUser>) | undefined;
}): DoorSignIn => {
  const { db, clock, random, use, proveIdToken } = deps;

  const open = async (
    user: LoginUser,
    method: 'password' | 'ldap' | 'oidc' | 'registration',
    address: string,
  ): Promise<SignedIn> => {
    const createdAt = clock.now();
    const sessionId = random.id();
    await db.transaction().execute(async (transaction) => {
      if (!(await recordLogin(transaction, user, createdAt))) throw new AppError('auth.disabled');
      await deps.audit(
        {
          actorId: user.id,
          action: 'auth.login',
          subjectType: 'user',
          subjectId: user.id,
          address,
          details: { method, session: 'token', audience: use.audience },
        },
        transaction,
      );
      await insertSession(transaction, {
        id: sessionId,
        userId: user.id,
        kind: 'token',
        address,
        userAgent: use.audience,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + use.seconds * 1000),
      });
    });
    return { userId: user.id, token: await deps.accessTokens.issue(user.id, sessionId) };
  };

  return {
    authenticator: deps.authenticator,
    byPassword: async ({ name, password }, address) => {
      await deps.recovery.takeUp(name, password, address);
      const login = { name, by: 'either', password } as const;
      const { user, method } = await deps.metrics.count(() => deps.passwordLogin(login, address));
      return open(user, method, address);
    },
    byIdToken:
      proveIdToken && (async (token, address) => open(await proveIdToken(token, address), 'oidc', address)),
    forUser: async (userId, address) => {
      const user = await findLoginUserById(db, userId);
      if (user === undefined) throw new AppError('user.not_found');
      return open(user, 'registration', address);
    },
  };
};
