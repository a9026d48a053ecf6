import { demand, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import {
  deleteRecovery,
  eraseUser,
  findAccount,
  listAccounts,
  listAccountsById,
  type Account,
  type AccountReference,
} from './account-store.ts';
import { deleteApiTokensOf } from './api-token-store.ts';
import type { Audit } from './audit.ts';
import { withConstraintErrors } from './constraint-errors.ts';
import { assertMayTakeOver } from './escalation.ts';
import { addUser, assertUsername } from './new-users.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { endSessionsOf } from './session-store.ts';
import { changeUser, countOtherAdmins } from './user-store.ts';

export type { Account, AccountReference } from './account-store.ts';

/** Runs in the transaction that makes or changes the user, for what a door keeps of them itself. */
export type Beside = (transaction: Transactor, userId: string) => Promise<void>;

export interface NewAccount {
  readonly username: string;
  readonly email: string;
  readonly name: string;
  readonly password: string;
  /** Names of roles. */
  readonly installationRole: string | null;
  readonly projectRole: string | null;
}

export interface AccountChanges {
  readonly username?: string | undefined;
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly password?: string | undefined;
}

/** Users for doors of other protocols. Who may read all of them, such a door decides by its own matrix. */
export interface Accounts {
  list(): Promise<readonly Account[]>;
  listById(ids: readonly string[]): Promise<readonly Account[]>;
  find(by: AccountReference): Promise<Account | undefined>;
  /** `by` is null where people make accounts themselves, or the installation does. */
  add(user: NewAccount, by: Caller | null, address: string | null, beside: Beside): Promise<string>;
  /** One's own, or with `users:write` that of somebody whose rights one holds. */
  change(
    caller: Caller,
    userId: string,
    changes: AccountChanges,
    address: string,
    beside: Beside,
  ): Promise<void>;
  /** What they own stays theirs, for whoever may see what is others'. */
  remove(caller: Caller, userId: string, address: string, beside: Beside): Promise<void>;
}

export const createAccounts = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
  hasher: PasswordHasher;
  defaultProjectId: string;
}): Accounts => {
  const { db, clock, defaultProjectId } = deps;

  const get = async (transaction: Transactor, userId: string): Promise<Account> => {
    const account = await findAccount(transaction, defaultProjectId, { id: userId });
    if (account === undefined) throw new AppError('user.not_found');
    return account;
  };
  const assertMayChange = async (transaction: Transactor, caller: Caller, userId: string): Promise<void> => {
    if (caller.userId === userId) return;
    demand(caller, 'users:write');
    await assertMayTakeOver(transaction, caller, userId);
  };

  return {
    list: () => listAccounts(db, defaultProjectId),
    listById: (ids) => listAccountsById(db, defaultProjectId, ids),
    find: (by) => findAccount(db, defaultProjectId, by),

    add: async (user, by, address, beside) => {
      if (by !== null) demand(by, 'users:write');
      const email = user.email.toLowerCase();
      assertUsername({ ...user, email });
      const passwordHash = await deps.hasher.hash(user.password);
      return withConstraintErrors(() =>
        db.transaction().execute(async (transaction) => {
          const id = await addUser(transaction, deps, {
            email,
            emailConfirmed: by !== null,
            username: user.username,
            name: user.name,
            passwordHash,
            mustChangePassword: false,
            installationRole: user.installationRole,
            defaultProjectRole: user.projectRole,
          });
          await deps.audit(
            {
              actorId: by?.userId ?? null,
              action: by === null ? 'user.registered' : 'user.created',
              subjectType: 'user',
              subjectId: id,
              address,
              details: { email, projectRole: user.projectRole },
            },
            transaction,
          );
          await beside(transaction, id);
          return id;
        }),
      );
    },

    change: async (caller, userId, { password, ...given }, address, beside) => {
      const changes = {
        ...given,
        ...(given.email === undefined ? {} : { email: given.email.toLowerCase() }),
      };
      const passwordHash = password === undefined ? undefined : await deps.hasher.hash(password);
      const isOwn = caller.userId === userId;
      await withConstraintErrors(() =>
        db.transaction().execute(async (transaction) => {
          await assertMayChange(transaction, caller, userId);
          const account = await get(transaction, userId);
          if (password !== undefined && account.source !== 'local') {
            throw new AppError('auth.password_external', { source: account.source });
          }
          const { username = account.username, email = account.email } = changes;
          if (changes.username !== undefined) assertUsername({ username, email });
          const now = clock.now();
          await changeUser(transaction, userId, {
            ...changes,
            emailConfirmed: !isOwn,
            // A user name that was given goes before one that would follow the e-mail.
            ...(changes.username === undefined ? {} : { username }),
            passwordHash,
            passwordChangedAt: passwordHash === undefined ? undefined : now,
            mustChangePassword: passwordHash === undefined ? undefined : false,
          });
          if (passwordHash !== undefined) {
            await deleteRecovery(transaction, userId);
            await endSessionsOf(transaction, userId, now, isOwn ? caller.sessionId : undefined);
            if (!isOwn) await deleteApiTokensOf(transaction, userId);
          }
          await deps.audit(
            {
              actorId: caller.userId,
              action: 'user.changed',
              subjectType: 'user',
              subjectId: userId,
              address,
              details: { ...changes, ...(password === undefined ? {} : { password: 'changed' }) },
            },
            transaction,
          );
          await beside(transaction, userId);
        }),
      );
    },

    remove: async (caller, userId, address, beside) => {
      await db.transaction().execute(async (transaction) => {
        // Before anything else is read: two administrators who remove each other take turns here.
        const otherAdmins = await countOtherAdmins(transaction, userId);
        await assertMayChange(transaction, caller, userId);
        const account = await get(transaction, userId);
        if (account.installationRoleId !== null && otherAdmins === 0) throw new AppError('user.last_admin');
        await eraseUser(transaction, userId, account.number, clock.now());
        await beside(transaction, userId);
        await deps.audit(
          {
            actorId: caller.userId,
            action: 'user.deleted',
            subjectType: 'user',
            subjectId: userId,
            address,
            details: { number: account.number },
          },
          transaction,
        );
      });
    },
  };
};
