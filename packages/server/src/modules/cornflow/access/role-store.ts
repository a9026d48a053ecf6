import { sql } from 'kysely';
import type { Executor, Transactor } from '../../../kernel/db/database.ts';
import { identityRelations } from '../../identity/index.ts';

export interface NumberedRole {
  readonly number: number;
  readonly roleId: string;
  readonly name: string;
  readonly grants: readonly string[];
  readonly madeHere: boolean;
}

/** Numbers alone, by role. */
export const listNumbers = (executor: Executor): Promise<{ number: number; roleId: string }[]> =>
  executor.selectFrom('cornflow_roles').select(['number', 'role_id as roleId']).execute();

export const listNumberedRoles = async (executor: Executor): Promise<readonly NumberedRole[]> => {
  const { rows } = await sql<NumberedRole>`
    select c.number, c.role_id as "roleId", c.made_here as "madeHere", r.name, r.grants
    from cornflow_roles c join (${identityRelations.roles}) r on r.id = c.role_id order by c.number`.execute(
    executor,
  );
  return rows;
};

interface OtherRole {
  readonly id: string;
  readonly name: string;
  readonly builtIn: boolean;
  readonly grants: readonly string[];
}

/** Roles that have no number yet. */
export const listOtherRoles = async (executor: Executor): Promise<readonly OtherRole[]> => {
  const { rows } = await sql<OtherRole>`
    select r.id, r.name, r.built_in as "builtIn", r.grants
    from (${identityRelations.roles}) r left join cornflow_roles c on c.role_id = r.id
    where c.number is null order by r.created_at, r.name`.execute(executor);
  return rows;
};

/** One at a time until the transaction ends: who numbers roles, and who writes the first permissions. */
export const lockDoor = async (transaction: Transactor): Promise<void> => {
  await sql`select pg_advisory_xact_lock(${7_031_870}::bigint)`.execute(transaction);
};

/** A number that another role had, which is gone, comes without what that one was permitted. */
export const insertNumber = async (
  transaction: Transactor,
  role: { number: number; roleId: string; madeHere: boolean },
): Promise<void> => {
  await transaction.deleteFrom('cornflow_permissions').where('role_number', '=', role.number).execute();
  await transaction
    .insertInto('cornflow_roles')
    .values({ number: role.number, role_id: role.roleId, made_here: role.madeHere })
    .execute();
};

export const listExtraRoles = async (
  executor: Executor,
  userIds: readonly string[],
): Promise<readonly { userId: string; number: number }[]> =>
  userIds.length === 0
    ? []
    : executor
        .selectFrom('cornflow_user_roles')
        .select(['user_id as userId', 'role_number as number'])
        .where('user_id', 'in', [...userIds])
        .execute();

export const insertExtraRole = async (
  transaction: Transactor,
  role: { userId: string; number: number },
): Promise<void> => {
  await transaction
    .insertInto('cornflow_user_roles')
    .values({ user_id: role.userId, role_number: role.number })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
};

export const deleteExtraRole = async (
  transaction: Transactor,
  role: { userId: string; number: number },
): Promise<void> => {
  await transaction
    .deleteFrom('cornflow_user_roles')
    .where('user_id', '=', role.userId)
    .where('role_number', '=', role.number)
    .execute();
};

export const deleteExtraRoles = async (transaction: Transactor, userId: string): Promise<void> => {
  await transaction.deleteFrom('cornflow_user_roles').where('user_id', '=', userId).execute();
};
