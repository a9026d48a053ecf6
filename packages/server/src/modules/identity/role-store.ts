import type { Role } from '@dumont/contracts/identity/roles';
import { sql } from 'kysely';
import type { Executor, Transactor } from '../../kernel/db/database.ts';
import { announce } from './changes.ts';

export interface RoleRow {
  readonly id: string;
  readonly name: string;
  readonly builtIn: boolean;
  readonly ofFolder: boolean;
  readonly grants: readonly string[];
}

const roleColumns = ['id', 'name', 'built_in as builtIn', 'of_folder as ofFolder', 'grants'] as const;

/** Locked against deletion until the transaction ends, so that it can be given. */
export const findRoleToGive = async (transaction: Transactor, name: string): Promise<RoleRow | undefined> =>
  transaction.selectFrom('roles').select(roleColumns).where('name', '=', name).forShare().executeTakeFirst();

export const lockRole = async (transaction: Transactor, id: string): Promise<RoleRow | undefined> =>
  transaction.selectFrom('roles').select(roleColumns).where('id', '=', id).forUpdate().executeTakeFirst();

const selectRoles = (executor: Executor) =>
  executor
    .selectFrom('roles as r')
    .select([
      'r.id',
      'r.name',
      'r.description',
      'r.built_in as builtIn',
      'r.of_folder as ofFolder',
      'r.grants',
    ])
    .select((eb) =>
      eb
        .parens(
          sql<number>`(select count(*) from users u where u.installation_role_id = r.id) + (select count(*) from project_members m where m.role_id = r.id)`,
        )
        .as('members'),
    )
    .orderBy('r.built_in', 'desc')
    .orderBy('r.name');

export const listRoleRows = (executor: Executor): Promise<Role[]> => selectRoles(executor).execute();

export const getRole = async (executor: Executor, id: string): Promise<Role> =>
  selectRoles(executor).where('r.id', '=', id).executeTakeFirstOrThrow();

export const insertRole = async (
  transaction: Transactor,
  role: {
    id: string;
    name: string;
    description: string;
    grants: readonly string[];
    ofFolder?: boolean;
    createdAt: Date;
  },
): Promise<void> => {
  await transaction
    .insertInto('roles')
    .values({
      id: role.id,
      name: role.name,
      description: role.description,
      built_in: false,
      of_folder: role.ofFolder ?? false,
      grants: [...role.grants],
      created_at: role.createdAt,
    })
    .execute();
};

export const changeRole = async (
  transaction: Transactor,
  id: string,
  changes: {
    name?: string | undefined;
    description?: string | undefined;
    grants?: readonly string[] | undefined;
    ofFolder?: boolean;
  },
): Promise<void> => {
  const values = {
    ...(changes.name === undefined ? {} : { name: changes.name }),
    ...(changes.description === undefined ? {} : { description: changes.description }),
    ...(changes.grants === undefined ? {} : { grants: [...changes.grants] }),
    ...(changes.ofFolder === undefined ? {} : { of_folder: changes.ofFolder }),
  };
  if (Object.keys(values).length === 0) return;
  await transaction.updateTable('roles').set(values).where('id', '=', id).execute();
  await announce(transaction, 'everyone');
};

export const deleteRoleRow = async (transaction: Transactor, id: string): Promise<void> => {
  await transaction.deleteFrom('roles').where('id', '=', id).execute();
};
