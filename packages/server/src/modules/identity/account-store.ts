import type { Database, Executor, Transactor } from '../../kernel/db/database.ts';
import { announce } from './changes.ts';
import type { LoginUser } from './user-store.ts';

/** A user as doors of other protocols show them: with a number, and one role of each kind. */
export interface Account {
  readonly id: string;
  readonly number: number;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly source: LoginUser['source'];
  readonly createdAt: Date;
  readonly passwordChangedAt: Date;
  readonly mustChangePassword: boolean;
  readonly installationRoleId: string | null;
  /** In the project `default`. */
  readonly projectRoleId: string | null;
}

export type AccountReference =
  | { readonly id: string }
  | { readonly number: number }
  | { readonly username: string };

const selectAccounts = (executor: Executor, projectId: string) =>
  executor
    .selectFrom('users as u')
    .leftJoin('project_members as m', (join) =>
      join.onRef('m.user_id', '=', 'u.id').on('m.project_id', '=', projectId),
    )
    .select([
      'u.id',
      'u.number',
      'u.username',
      'u.name',
      'u.email',
      'u.source',
      'u.created_at',
      'u.password_changed_at',
      'u.must_change_password as mustChangePassword',
      'u.installation_role_id as installationRoleId',
      'm.role_id as projectRoleId',
    ]);

type Row = Awaited<ReturnType<ReturnType<typeof selectAccounts>['execute']>>[number];

const asAccount = ({ created_at, password_changed_at, source, ...row }: Row): Account => ({
  ...row,
  source: source as Account['source'],
  createdAt: created_at,
  passwordChangedAt: password_changed_at ?? created_at,
});

export const listAccounts = async (db: Database, projectId: string): Promise<Account[]> =>
  (await selectAccounts(db, projectId).where('u.deleted_at', 'is', null).orderBy('u.number').execute()).map(
    asAccount,
  );

/** Also of who is gone: what they made still says whose it is. */
export const listAccountsById = async (
  db: Database,
  projectId: string,
  ids: readonly string[],
): Promise<Account[]> =>
  ids.length === 0
    ? []
    : (
        await selectAccounts(db, projectId)
          .where('u.id', 'in', [...ids])
          .execute()
      ).map(asAccount);

export const findAccount = async (
  executor: Executor,
  projectId: string,
  by: AccountReference,
): Promise<Account | undefined> => {
  const row = await selectAccounts(executor, projectId)
    .where('u.deleted_at', 'is', null)
    .where((eb) => {
      if ('id' in by) return eb('u.id', '=', by.id);
      if ('number' in by) return eb('u.number', '=', by.number);
      return eb(eb.fn('lower', ['u.username']), '=', by.username.toLowerCase());
    })
    .executeTakeFirst();
  return row && asAccount(row);
};

/**
 * Takes everything personal from a user, and every way in. The row stays: runs, machines and what else they made
 * still say whose they were.
 */
export const eraseUser = async (
  transaction: Transactor,
  id: string,
  number: number,
  now: Date,
): Promise<void> => {
  for (const table of [
    'project_members',
    'user_identities',
    'sessions',
    'api_tokens',
    'ssh_keys',
    'user_settings',
    'sign_in_codes',
    'recovery_passwords',
  ] as const) {
    await transaction.deleteFrom(table).where('user_id', '=', id).execute();
  }
  await transaction
    .updateTable('users')
    .set({
      email: `deleted-${number}@deleted.invalid`,
      email_confirmed: false,
      username: `deleted-${number}@deleted.invalid`,
      name: `deleted user ${number}`,
      password_hash: null,
      must_change_password: false,
      state: 'disabled',
      installation_role_id: null,
      deleted_at: now,
    })
    .where('id', '=', id)
    .execute();
  await announce(transaction, `user:${id}`);
};

export const putRecoveryPassword = async (
  transaction: Transactor,
  recovery: { readonly userId: string; readonly passwordHash: string; readonly expiresAt: Date },
): Promise<void> => {
  const values = { password_hash: recovery.passwordHash, expires_at: recovery.expiresAt };
  await transaction
    .insertInto('recovery_passwords')
    .values({ user_id: recovery.userId, ...values })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
    .execute();
};

export const findRecoveryHash = async (
  db: Database,
  userId: string,
  now: Date,
): Promise<string | undefined> => {
  const row = await db
    .selectFrom('recovery_passwords')
    .select('password_hash')
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row?.password_hash;
};

export const deleteRecovery = async (transaction: Transactor, userId: string): Promise<boolean> => {
  const row = await transaction
    .deleteFrom('recovery_passwords')
    .where('user_id', '=', userId)
    .returning('user_id')
    .executeTakeFirst();
  return row !== undefined;
};
