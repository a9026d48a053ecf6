import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Audit } from './audit.ts';
import type { LdapLogin } from './ldap-login.ts';
import type { LoginAttempts } from './login-attempts.ts';
import { hasIdentity } from './oidc-store.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { findLoginUser, type LoginUser } from './user-store.ts';

export interface ProvedUser {
  readonly user: LoginUser;
  /** Where the password was checked. */
  readonly method: 'password' | 'ldap';
}

/**
 * Proves a user by their password, here or in the directory; slows guessing down and says nothing about who has
 * an account.
 */
export type PasswordLogin = (
  login: { readonly name: string; readonly by: 'email' | 'either'; readonly password: string },
  address: string,
) => Promise<ProvedUser>;

export interface PasswordLoginDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly events: Events;
  readonly audit: Audit;
  readonly hasher: PasswordHasher;
  readonly attempts: LoginAttempts;
}

/** Counts a wrong password of a user; tells the alarms when it locked them. */
export const recordFailure = async (
  deps: Pick<PasswordLoginDeps, 'db' | 'events' | 'audit' | 'attempts'>,
  login: string,
  user: Pick<LoginUser, 'id' | 'email'> | undefined,
  address: string,
): Promise<void> => {
  const locked = await deps.attempts.fail({ login, address });
  // A name that nobody has may be a password in the wrong field: it is not written down.
  await deps.audit({
    actorId: null,
    action: locked ? 'auth.locked' : 'auth.login_failed',
    subjectType: 'user',
    subjectId: user?.id ?? '',
    address,
    details: user === undefined ? { known: false } : { known: true, email: user.email },
  });
  if (locked && user !== undefined) {
    await deps.events.publish(deps.db, {
      name: 'user.locked',
      topic: null,
      projectId: null,
      ownerId: user.id,
      entityId: user.id,
      subject: user.email,
    });
  }
};

export const createPasswordLogin = (
  deps: PasswordLoginDeps & { readonly ldap: { login: LdapLogin; issuer: string } | undefined },
): PasswordLogin => {
  const { ldap } = deps;

  const isInDirectory = async (user: LoginUser | undefined): Promise<boolean> =>
    ldap !== undefined &&
    (user === undefined ||
      user.source === 'ldap' ||
      (await hasIdentity(deps.db, { issuer: ldap.issuer, userId: user.id })));

  const assertActive = async (proved: ProvedUser, address: string): Promise<ProvedUser> => {
    const { user } = proved;
    if (user.state === 'active') return proved;
    await deps.audit({
      actorId: null,
      action: 'auth.login_failed',
      subjectType: 'user',
      subjectId: user.id,
      address,
      details: { known: true, email: user.email, disabled: true },
    });
    throw new AppError('auth.disabled');
  };

  return async ({ name, by, password }, address) => {
    const user = await findLoginUser(deps.db, name, by);
    // By whatever name: guesses by e-mail and by user name count together.
    const attempt = { login: user?.id ?? name, address };
    await deps.attempts.assertOpen(attempt);
    const asksDirectory = await isInDirectory(user);
    const isRight = await deps.hasher.inSlot(async (verify) => {
      await deps.attempts.assertOpen(attempt);
      const right = await verify(user?.passwordHash, password);
      if (right) await deps.attempts.succeed(attempt);
      else if (!asksDirectory) await recordFailure(deps, attempt.login, user, address);
      return right;
    });
    if (isRight && user !== undefined) return assertActive({ user, method: 'password' }, address);
    // Outside the slot of the hash: a directory that hangs must not keep local users waiting.
    if (ldap === undefined || !asksDirectory) {
      await ldap?.login.imitate(name);
      throw new AppError('auth.credentials');
    }
    const proved = await ldap.login.prove(name, password, attempt, async (guess, owner) => {
      await recordFailure(deps, guess.login, owner ?? user, address);
      throw new AppError('auth.credentials');
    });
    return assertActive({ user: proved, method: 'ldap' }, address);
  };
};
