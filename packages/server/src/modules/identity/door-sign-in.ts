import type { Authenticator } from '../../kernel/access/authenticator.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { AccessTokens, TokenUse } from './access-tokens.ts';
import type { Audit } from './audit.ts';
import type { Callers } from './callers.ts';
import { acceptIdTokens, type ProvenIdToken } from './id-token-sessions.ts';
import type { LoginMetrics } from './login-metrics.ts';
import type { PasswordLogin } from './password-login.ts';
import type { Recovery } from './recovery.ts';
import { insertSession } from './session-store.ts';
import { findLoginUserById, recordLogin, type LoginUser } from './user-store.ts';

/** Sign-ins at the door of another protocol, whose tokens live long, are never renewed, and end as any session does. */
export interface DoorSignIn {
  /** Takes tokens of this door, API tokens, and ID tokens of the provider. */
  readonly authenticator: Authenticator;
  /** Throws `auth.credentials`, `auth.locked`, `auth.disabled`. */
  byPassword(login: { readonly name: string; readonly password: string }, address: string): Promise<SignedIn>;
  /** With an ID token of the provider; undefined where no provider is set up. */
  readonly byIdToken: ((token: string, address: string) => Promise<SignedIn>) | undefined;
  /** For somebody who was made just now. */
  forUser(userId: string, address: string): Promise<SignedIn>;
}

type Method = 'password' | 'ldap' | 'oidc' | 'registration';

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
  callers: Pick<Callers, 'get'>;
  /** Of our tokens. */
  issuer: string;
  proveIdToken: ((token: string, address: string | null) => Promise<ProvenIdToken>) | undefined;
}): DoorSignIn => {
  const { db, clock, random, use, proveIdToken } = deps;

  const keepSession = async (
    user: LoginUser,
    method: Method,
    address: string | null,
    session: { readonly id: string; readonly expiresAt?: Date },
  ): Promise<void> => {
    const createdAt = clock.now();
    const latest = new Date(createdAt.getTime() + use.seconds * 1000);
    const { id, expiresAt = latest } = session;
    await db.transaction().execute(async (transaction) => {
      if (!(await recordLogin(transaction, user, createdAt))) throw new AppError('auth.disabled');
      const isNew = await insertSession(transaction, {
        id,
        userId: user.id,
        kind: 'token',
        address,
        userAgent: use.audience,
        createdAt,
        expiresAt: expiresAt < latest ? expiresAt : latest,
      });
      if (!isNew) return;
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
    });
  };

  const open = async (user: LoginUser, method: Method, address: string): Promise<SignedIn> => {
    const sessionId = random.id();
    await keepSession(user, method, address, { id: sessionId });
    return { userId: user.id, token: await deps.accessTokens.issue(user.id, sessionId) };
  };

  return {
    authenticator:
      proveIdToken === undefined
        ? deps.authenticator
        : acceptIdTokens(deps.authenticator, {
            clock,
            callers: deps.callers,
            issuer: deps.issuer,
            prove: async (token) => proveIdToken(token, null),
            open: async ({ user, expiresAt }, id) => keepSession(user, 'oidc', null, { id, expiresAt }),
          }),
    byPassword: async ({ name, password }, address) => {
      await deps.recovery.takeUp(name, password, address);
      const login = { name, by: 'either', password } as const;
      const { user, method } = await deps.metrics.count(() => deps.passwordLogin(login, address));
      return open(user, method, address);
    },
    byIdToken:
      proveIdToken &&
      (async (token, address) => open((await proveIdToken(token, address)).user, 'oidc', address)),
    forUser: async (userId, address) => {
      const user = await findLoginUserById(db, userId);
      if (user === undefined) throw new AppError('user.not_found');
      return open(user, 'registration', address);
    },
  };
};
