import type { Authenticator } from '../../kernel/access/authenticator.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { TokenUse } from './access-tokens.ts';
import type { Audit } from './audit.ts';
import type { Callers } from './callers.ts';
import { createDoorKeys, type DoorKeys } from './door-keys.ts';
import { acceptIdTokens, type ProvenIdToken } from './id-token-sessions.ts';
import type { LoginMetrics } from './login-metrics.ts';
import type { PasswordLogin } from './password-login.ts';
import type { Recovery } from './recovery.ts';
import { insertSession } from './session-store.ts';
import type { Sessions, SessionTokens } from './sessions.ts';
import { findLoginUserById, recordLogin, type LoginUser } from './user-store.ts';

/** Sign-ins at the door of another protocol, whose tokens are for it alone, live long, and end as any session does. */
export interface DoorSignIn {
  /** Takes tokens and keys of this door, API tokens, and ID tokens of the provider. */
  readonly authenticator: Authenticator;
  /** Throws `auth.credentials`, `auth.locked`, `auth.disabled`. */
  byPassword(login: { readonly name: string; readonly password: string }, address: string): Promise<SignedIn>;
  /** With an ID token of the provider; undefined where no provider is set up. */
  readonly byIdToken: ((token: string, address: string) => Promise<SignedIn>) | undefined;
  /** For somebody who was made just now. */
  forUser(userId: string, address: string): Promise<SignedIn>;
  /** Other tokens of the same session. Throws `auth.token_invalid`, and `auth.refresh_reused` after ending it. */
  renew(refreshToken: string, address: string): Promise<SignedIn>;
  /** Ends the session of a refresh token, on every replica within a second; of any other text there is none. */
  end(refreshToken: string, address: string): Promise<void>;
  readonly keys: DoorKeys;
}

type Method = 'password' | 'ldap' | 'oidc' | 'registration';

interface SignedIn {
  readonly userId: string;
  readonly token: string;
  /** Good for one renewal. */
  readonly refreshToken: string;
}

export const createDoorSignIn = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
  use: TokenUse;
  sessions: Sessions;
  authenticator: Authenticator;
  passwordLogin: PasswordLogin;
  metrics: LoginMetrics;
  recovery: Pick<Recovery, 'takeUp'>;
  callers: Pick<Callers, 'get'>;
  /** Of our tokens. */
  issuer: string;
  proveIdToken: ((token: string, address: string | null) => Promise<ProvenIdToken>) | undefined;
}): DoorSignIn => {
  const { db, clock, use, sessions, proveIdToken } = deps;
  const { audience } = use;

  const record = async (
    transaction: Transactor,
    user: LoginUser,
    method: Method,
    address: string | null,
  ): Promise<void> => {
    if (!(await recordLogin(transaction, user, clock.now()))) throw new AppError('auth.disabled');
    await deps.audit(
      {
        actorId: user.id,
        action: 'auth.login',
        subjectType: 'user',
        subjectId: user.id,
        address,
        details: { method, session: 'token', audience },
      },
      transaction,
    );
  };

  /** The session of an ID token, which its provider renews. */
  const keepSession = async ({ user, expiresAt }: ProvenIdToken, id: string): Promise<void> => {
    const createdAt = clock.now();
    const latest = new Date(createdAt.getTime() + use.seconds * 1000);
    await db.transaction().execute(async (transaction) => {
      const isNew = await insertSession(transaction, {
        id,
        userId: user.id,
        kind: 'token',
        audience,
        address: null,
        userAgent: null,
        createdAt,
        expiresAt: expiresAt < latest ? expiresAt : latest,
      });
      if (isNew) await record(transaction, user, 'oidc', null);
    });
  };

  const asSignedIn = ({ userId, accessToken, refreshToken }: SessionTokens): SignedIn => ({
    userId,
    token: accessToken,
    refreshToken,
  });
  const from = (address: string) => ({ address, userAgent: undefined });

  const open = async (user: LoginUser, method: Method, address: string): Promise<SignedIn> => {
    const opened = await db.transaction().execute(async (transaction) => {
      await record(transaction, user, method, address);
      return sessions.open(transaction, user.id, 'token', from(address));
    });
    return asSignedIn(await sessions.sign(opened));
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
            open: keepSession,
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
    renew: async (refreshToken, address) => asSignedIn(await sessions.renew(refreshToken, from(address))),
    end: (refreshToken, address) => sessions.end(refreshToken, from(address)),
    keys: createDoorKeys({ ...deps, audience }),
  };
};
