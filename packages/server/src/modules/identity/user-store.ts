import type { User } from '@dumont/contracts/identity/users';
import { sql } from 'kysely';
import type { Database, Executor, Transactor } from '../../kernel/db/database.ts';
import { announce } from './changes.ts';

export interface LoginUser {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string | null;
  readonly state: string;
  readonly source: 'local' | 'ldap' | 'oidc';
}

const loginColumns = ['id', 'email', 'password_hash as passwordHash', 'state', 'source'] as const;
const asLoginUser = (row: { source: string } & Omit<LoginUser, 'source'>): LoginUser => ({
  ...row,
  source: row.source as LoginUser['source'],
});

/** By e-mail, or by user name where that is allowed. User names with an @ are their user's e-mail: at most one fits. */
export const findLoginUser = async (
  db: Executor,
  login: string,
  by: 'email' | 'either',
): Promise<LoginUser | undefined> => {
  const lower = login.toLowerCase();
  const row = await db
    .selectFrom('users')
    .select(loginColumns)
    .where((eb) =>
      by === 'email'
        ? eb('email', '=', lower)
        : eb.or([eb('email', '=', lower), eb(eb.fn('lower', ['username']), '=', lower)]),
    )
    .executeTakeFirst();
  return row && asLoginUser(row);
};

export const findLoginUserById = async (db: Executor, id: string): Promise<LoginUser | undefined> => {
  const row = await db.selectFrom('users').select(loginColumns).where('id', '=', id).executeTakeFirst();
  return row && asLoginUser(row);
};

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly emailConfirmed: boolean;
  readonly username: string;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly mustChangePassword: boolean;
  readonly source: LoginUser['source'];
  readonly installationRoleId: string | null;
  readonly createdAt: Date;
}

export const insertUser = async (transaction: Transactor, user: NewUser): Promise<void> => {
  await transaction
    .insertInto('users')
    .values({
      id: user.id,
      email: user.email,
      email_confirmed: user.emailConfirmed,
      username: user.username,
      name: user.name,
      password_hash: user.passwordHash,
      must_change_password: user.mustChangePassword,
      source: user.source,
      installation_role_id: user.installationRoleId,
      created_at: user.createdAt,
    })
    .execute();
};

export const isUsernameFree = async (transaction: Transactor, username: string): Promise<boolean> => {
  const row = await transaction
    .selectFrom('users')
    .select('id')
    .where((eb) => eb(eb.fn('lower', ['username']), '=', username.toLowerCase()))
    .executeTakeFirst();
  return row === undefined;
};

export interface UserChanges {
  readonly name?: string | undefined;
  readonly locale?: string | undefined;
  readonly email?: string | undefined;
  readonly emailConfirmed?: boolean | undefined;
  readonly state?: 'active' | 'disabled' | undefined;
  readonly installationRoleId?: string | null | undefined;
  readonly username?: string | undefined;
  readonly passwordHash?: string | undefined;
  /** With every new password. */
  readonly passwordChangedAt?: Date | undefined;
  readonly mustChangePassword?: boolean | undefined;
}

/** Writes what is given. A user name that was the e-mail stays the e-mail. */
export const changeUser = async (
  transaction: Transactor,
  id: string,
  changes: UserChanges,
): Promise<void> => {
  const values = {
    ...(changes.name === undefined ? {} : { name: changes.name }),
    ...(changes.locale === undefined ? {} : { locale: changes.locale }),
    ...(changes.email === undefined
      ? {}
      : {
          email: changes.email,
          email_confirmed: changes.emailConfirmed ?? false,
          username: sql<string>`case when username = email then ${changes.email} else username end`,
        }),
    ...(changes.username === undefined ? {} : { username: changes.username }),
    ...(changes.state === undefined ? {} : { state: changes.state }),
    ...(changes.installationRoleId === undefined ? {} : { installation_role_id: changes.installationRoleId }),
    ...(changes.passwordHash === undefined ? {} : { password_hash: changes.passwordHash }),
    ...(changes.passwordChangedAt === undefined ? {} : { password_changed_at: changes.passwordChangedAt }),
    ...(changes.mustChangePassword === undefined ? {} : { must_change_password: changes.mustChangePassword }),
  };
  if (Object.keys(values).length === 0) return;
  await transaction.updateTable('users').set(values).where('id', '=', id).execute();
  await announce(transaction, `user:${id}`);
};

/** Deletes a password that its user still had to change; false when there was none. */
export const deletePasswordToChange = async (transaction: Transactor, id: string): Promise<boolean> => {
  const row = await transaction
    .updateTable('users')
    .set({ password_hash: null, must_change_password: false })
    .where('id', '=', id)
    .where('must_change_password', '=', true)
    .returning('id')
    .executeTakeFirst();
  if (row !== undefined) await announce(transaction, `user:${id}`);
  return row !== undefined;
};

/**
 * Records a sign-in of a user who is still active and whose password is still the one that was checked; false
 * otherwise. The row stays locked, so that a change of password ends this session too or comes before it.
 */
export const recordLogin = async (
  transaction: Transactor,
  user: Pick<LoginUser, 'id' | 'passwordHash'>,
  now: Date,
): Promise<boolean> => {
  const row = await transaction
    .updateTable('users')
    .set({ last_login_at: now })
    .where('id', '=', user.id)
    .where('state', '=', 'active')
    .where('password_hash', 'is not distinct from', user.passwordHash)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
};

/** How many active administrators there would be without this user; they stay locked until the transaction ends. */
export const countOtherAdmins = async (transaction: Transactor, userId: string): Promise<number> => {
  const rows = await transaction
    .selectFrom('users as u')
    .innerJoin('roles as r', 'r.id', 'u.installation_role_id')
    .select('u.id')
    .where('r.name', '=', 'admin')
    .where('u.state', '=', 'active')
    .orderBy('u.id')
    .forUpdate('u')
    .execute();
  return rows.filter(({ id }) => id !== userId).length;
};

export const countUsers = async (executor: Executor): Promise<number> => {
  const row = await executor
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
};

export interface MeRow {
  readonly id: string;
  readonly number: number;
  readonly email: string;
  readonly username: string;
  readonly name: string;
  readonly locale: string | null;
  readonly source: string;
  readonly mustChangePassword: boolean;
  readonly roleName: string | null;
  readonly roleGrants: readonly string[] | null;
}

export const findMe = async (db: Database, id: string): Promise<MeRow | undefined> =>
  db
    .selectFrom('users as u')
    .leftJoin('roles as r', 'r.id', 'u.installation_role_id')
    .select([
      'u.id',
      'u.number',
      'u.email',
      'u.username',
      'u.name',
      'u.locale',
      'u.source',
      'u.must_change_password as mustChangePassword',
      'r.name as roleName',
      'r.grants as roleGrants',
    ])
    .where('u.id', '=', id)
    .executeTakeFirst();

/** The projects of users with their roles there, in the order of joining. */
export const listMembershipsOf = async (
  executor: Executor,
  userIds: readonly string[],
): Promise<
  readonly {
    userId: string;
    projectId: string;
    projectName: string;
    role: string;
    grants: readonly string[];
  }[]
> =>
  userIds.length === 0
    ? []
    : executor
        .selectFrom('project_members as m')
        .innerJoin('projects as p', 'p.id', 'm.project_id')
        .innerJoin('roles as r', 'r.id', 'm.role_id')
        .select([
          'm.user_id as userId',
          'm.project_id as projectId',
          'p.name as projectName',
          'r.name as role',
          'r.grants',
        ])
        .where('m.user_id', 'in', [...userIds])
        .orderBy('m.since')
        .orderBy('m.project_id')
        .execute();

const selectUsers = (db: Executor) =>
  db
    .selectFrom('users as u')
    .leftJoin('roles as r', 'r.id', 'u.installation_role_id')
    .select([
      'u.id',
      'u.number',
      'u.email',
      'u.username',
      'u.name',
      'u.source',
      'u.state',
      'u.last_login_at',
      'u.created_at',
      'r.name as installationRole',
    ])
    .where('u.deleted_at', 'is', null);

type UserRow = Awaited<ReturnType<ReturnType<typeof selectUsers>['execute']>>[number];

const withProjects = async (db: Executor, rows: readonly UserRow[]): Promise<User[]> => {
  const memberships = await listMembershipsOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map(({ last_login_at, created_at, source, state, ...row }) => ({
    ...row,
    source: source as User['source'],
    state: state as User['state'],
    lastLoginAt: last_login_at?.toISOString() ?? null,
    createdAt: created_at.toISOString(),
    projects: memberships
      .filter(({ userId }) => userId === row.id)
      .map(({ projectId, projectName, role }) => ({ projectId, projectName, role })),
  }));
};

export const findUser = async (db: Executor, id: string): Promise<User | undefined> => {
  const row = await selectUsers(db).where('u.id', '=', id).executeTakeFirst();
  return row && (await withProjects(db, [row]))[0];
};

/** Newest first: numbers count up. */
export const listUserRows = async (
  db: Database,
  query: {
    limit: number;
    belowNumber: number | undefined;
    search: string | undefined;
    disabled: boolean | undefined;
  },
): Promise<readonly User[]> => {
  let select = selectUsers(db).orderBy('u.number', 'desc').limit(query.limit);
  if (query.belowNumber !== undefined) select = select.where('u.number', '<', query.belowNumber);
  if (query.disabled !== undefined)
    select = select.where('u.state', '=', query.disabled ? 'disabled' : 'active');
  if (query.search !== undefined && query.search !== '') {
    const pattern = `%${query.search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    select = select.where((eb) =>
      eb.or([
        eb('u.email', 'ilike', pattern),
        eb('u.username', 'ilike', pattern),
        eb('u.name', 'ilike', pattern),
      ]),
    );
  }
  return withProjects(db, await select.execute());
};

export const listNames = async (
  db: Database,
  ids: readonly string[],
): Promise<readonly { id: string; name: string }[]> =>
  ids.length === 0
    ? []
    : db
        .selectFrom('users')
        .select(['id', 'name'])
        .where('id', 'in', [...ids])
        .execute();
