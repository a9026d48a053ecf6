import { Username } from '@dumont/contracts/primitives';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from './audit.ts';
import { withConstraintErrors } from './constraint-errors.ts';
import type { LdapDirectory } from './ldap-directory.ts';
import type { LdapEntry } from './ldap-entry.ts';
import { refreshRoles, roleOf, splitRole } from './ldap-roles.ts';
import { addUser } from './new-users.ts';
import { takeBackPasswordToChange } from './password-to-change.ts';
import { findUserByEmail, findUserIdByIdentity, insertIdentity } from './oidc-store.ts';
import { findRoleToGive } from './role-store.ts';
import { changeUser, findLoginUserById, findMe, isUsernameFree, type LoginUser } from './user-store.ts';

export interface LdapUserDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly audit: Audit;
  readonly defaultProjectId: string;
}

/** What the loser of a race sees, or a user for whom nothing changes when it is tried again. */
const lostRace = new Set<string>(['user.email_taken', 'user.username_taken', 'auth.directory_email_taken']);

/**
 * The user of a directory entry whose password was right: by the entry's id, then, where the directory vouches
 * for its e-mail addresses, by the confirmed e-mail, and made where there is none. Names and roles of a user who
 * came from the directory follow it at each sign-in.
 */
export const ensureLdapUser = async (
  deps: LdapUserDeps,
  directory: Pick<LdapDirectory, 'issuer' | 'config'>,
  entry: LdapEntry,
  address: string,
): Promise<LoginUser> => {
  const { config, issuer } = directory;

  /** A role that was renamed or deleted here keeps nobody out. */
  const existingRole = async (transaction: Transactor): Promise<string | null> => {
    const role = roleOf(entry, config);
    if (role === null || (await findRoleToGive(transaction, role)) !== undefined) return role;
    deps.log.warn({ role }, 'the configuration of the directory names a role that does not exist');
    return null;
  };

  const add = async (transaction: Transactor, email: string): Promise<string> => {
    const username = Username.safeParse(entry.username).data;
    const isOwn = username !== undefined && (!username.includes('@') || username.toLowerCase() === email);
    return addUser(transaction, deps, {
      email,
      emailConfirmed: true,
      username: isOwn && (await isUsernameFree(transaction, username)) ? username : undefined,
      name: entry.name ?? email,
      passwordHash: null,
      mustChangePassword: false,
      ...splitRole(await existingRole(transaction)),
      source: 'ldap',
    });
  };

  const refresh = async (transaction: Transactor, userId: string): Promise<void> => {
    const me = await findMe(transaction, userId);
    if (me === undefined || me.source !== 'ldap') return;
    const { name, email } = entry;
    const movesTo =
      email === undefined || email === me.email || (await findUserByEmail(transaction, email)) !== undefined
        ? undefined
        : email;
    const changes = {
      ...(name === undefined || name === me.name ? {} : { name }),
      ...(movesTo === undefined ? {} : { email: movesTo }),
    };
    await changeUser(
      transaction,
      userId,
      movesTo === undefined ? changes : { ...changes, emailConfirmed: true },
    );
    const now = deps.clock.now();
    const roles = await refreshRoles(
      transaction,
      { userId, projectId: deps.defaultProjectId, now },
      await existingRole(transaction),
      config,
    );
    if (Object.keys({ ...changes, ...roles }).length === 0) return;
    await deps.audit(
      {
        actorId: null,
        action: 'user.changed',
        subjectType: 'user',
        subjectId: userId,
        address,
        details: { by: 'directory', dn: entry.dn, ...changes, ...roles },
      },
      transaction,
    );
  };

  const join = async (transaction: Transactor): Promise<string> => {
    const known = await findUserIdByIdentity(transaction, { issuer, subject: entry.id });
    if (known !== undefined) {
      await refresh(transaction, known);
      return known;
    }
    const { email } = entry;
    if (email === undefined) throw new AppError('auth.directory_email_missing');
    const existing = await findUserByEmail(transaction, email);
    if (existing !== undefined && !(config.trustsEmail && existing.emailConfirmed)) {
      throw new AppError('auth.directory_email_taken', { email });
    }
    const userId = existing?.id ?? (await add(transaction, email));
    await insertIdentity(transaction, { issuer, subject: entry.id, userId, createdAt: deps.clock.now() });
    await deps.audit(
      {
        actorId: userId,
        action: existing === undefined ? 'user.registered' : 'user.identity_joined',
        subjectType: 'user',
        subjectId: userId,
        address,
        details: { email, issuer, dn: entry.dn },
      },
      transaction,
    );
    return userId;
  };

  const ensure = (): Promise<LoginUser> =>
    withConstraintErrors(() =>
      deps.db.transaction().execute(async (transaction) => {
        const id = await join(transaction);
        await takeBackPasswordToChange(transaction, deps.audit, id, address);
        const user = await findLoginUserById(transaction, id);
        if (user === undefined) throw new AppError('user.not_found');
        return user;
      }),
    );

  try {
    return await ensure();
  } catch (error) {
    // Two first sign-ins at once, of one person or of two with one user name: now there is a row to be found.
    if (!(error instanceof AppError) || !lostRace.has(error.code)) throw error;
    return ensure();
  }
};
