import { AppError } from '../../kernel/errors.ts';
import type { LdapDirectory } from './ldap-directory.ts';
import type { LdapEntry } from './ldap-entry.ts';
import { ensureLdapUser, type LdapUserDeps } from './ldap-users.ts';
import type { Attempt, LoginAttempts } from './login-attempts.ts';
import { findUserIdByIdentity } from './oidc-store.ts';
import { findLoginUserById, type LoginUser } from './user-store.ts';

/** Proves somebody by the password that they have in the directory. */
export interface LdapLogin {
  /** Throws `auth.directory_unavailable`, and what `failed` throws after a wrong name or password. */
  prove(
    name: string,
    password: string,
    attempt: Attempt,
    failed: (attempt: Attempt, user: LoginUser | undefined) => Promise<never>,
  ): Promise<LoginUser>;
  /** Takes as long as a wrong password there, so that a name that is ours alone does not stand out. */
  imitate(name: string): Promise<void>;
}

export const createLdapLogin = (
  deps: LdapUserDeps & { readonly attempts: LoginAttempts },
  directory: LdapDirectory,
): LdapLogin => {
  const ownerOf = async (entry: LdapEntry): Promise<LoginUser | undefined> => {
    const id = await findUserIdByIdentity(deps.db, { issuer: directory.issuer, subject: entry.id });
    return id === undefined ? undefined : findLoginUserById(deps.db, id);
  };

  return {
    prove: async (name, password, attempt, failed) => {
      const { entry, counted } = await directory.inSession(async ({ find, verify }) => {
        await deps.attempts.assertOpen(attempt);
        const found = await find(name);
        const owner = found && (await ownerOf(found));
        // By whatever name the directory finds an entry: the guesses count together.
        const guess = { ...attempt, login: owner?.id ?? found?.id ?? attempt.login };
        await deps.attempts.assertOpen(guess);
        if (!(await verify(found, password)) || found === undefined) return failed(guess, owner);
        return { entry: found, counted: guess };
      });
      const user = await ensureLdapUser(deps, directory, entry, attempt.address);
      await deps.attempts.succeed(counted);
      return user;
    },
    imitate: async (name) => {
      try {
        await directory.inSession(async ({ find, verify }) => {
          await find(name);
          await verify(undefined, '');
        });
      } catch (error) {
        // Only the time counts here; the directory has logged what is wrong.
        if (!(error instanceof AppError)) throw error;
      }
    },
  };
};
