import { sql } from 'kysely';
import type { Executor, Transactor } from '../../../kernel/db/database.ts';

export interface ViewRow {
  readonly id: number;
  readonly name: string;
  readonly rule: string;
}

export interface PermissionRow {
  readonly id: number;
  readonly action: number;
  readonly viewId: number;
  readonly view: string;
  readonly roleNumber: number;
  readonly ofFolder: boolean;
}

export const listViews = (executor: Executor): Promise<ViewRow[]> =>
  executor.selectFrom('cornflow_views').select(['id', 'name', 'rule']).orderBy('id').execute();

const selectPermissions = (executor: Executor) =>
  executor
    .selectFrom('cornflow_permissions as p')
    .innerJoin('cornflow_views as v', 'v.id', 'p.view_id')
    .select([
      'p.id',
      'p.action',
      'p.view_id as viewId',
      'v.name as view',
      'p.role_number as roleNumber',
      'p.of_folder as ofFolder',
    ])
    .orderBy('p.id');

export const listPermissions = (executor: Executor): Promise<PermissionRow[]> =>
  selectPermissions(executor).execute();

export const findPermission = (executor: Executor, id: number): Promise<PermissionRow | undefined> =>
  selectPermissions(executor).where('p.id', '=', id).executeTakeFirst();

export interface RolePermission extends ViewAction {
  readonly roleNumber: number;
}

/** Answers those that were not there. */
export const insertPermissions = async (
  transaction: Transactor,
  permissions: readonly RolePermission[],
  ofFolder = false,
): Promise<readonly { readonly id: number }[]> =>
  permissions.length === 0
    ? []
    : transaction
        .insertInto('cornflow_permissions')
        .values(
          permissions.map(({ action, viewId, roleNumber }) => ({
            action,
            view_id: viewId,
            role_number: roleNumber,
            of_folder: ofFolder,
          })),
        )
        .onConflict((conflict) => conflict.constraint('cornflow_permissions_once').doNothing())
        .returning('id')
        .execute();

/** Deletes those of folders that are not among these. */
export const deleteOtherFolderPermissions = async (
  transaction: Transactor,
  kept: readonly RolePermission[],
): Promise<void> => {
  const keys = kept.map(({ viewId, action, roleNumber }) => `${roleNumber} ${viewId} ${action}`);
  await sql`
    delete from cornflow_permissions
    where of_folder and not (concat_ws(' ', role_number, view_id, action) = any(${keys}::text[]))
  `.execute(transaction);
};

export const deletePermission = async (transaction: Transactor, id: number): Promise<void> => {
  await transaction.deleteFrom('cornflow_permissions').where('id', '=', id).execute();
};

export const changePermission = async (
  transaction: Transactor,
  permission: RolePermission & { readonly id: number },
): Promise<void> => {
  await transaction
    .updateTable('cornflow_permissions')
    .set({
      action: permission.action,
      view_id: permission.viewId,
      role_number: permission.roleNumber,
    })
    .where('id', '=', permission.id)
    .execute();
};

export const isPermissionTaken = (cause: unknown): boolean =>
  (cause as { constraint?: string }).constraint === 'cornflow_permissions_once';

/** Answers all of them. */
export const putViews = async (
  transaction: Transactor,
  views: readonly { readonly name: string; readonly rule: string }[],
): Promise<ReadonlyMap<string, number>> => {
  const rows = await transaction
    .insertInto('cornflow_views')
    .values([...views])
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({ rule: eb.ref('excluded.rule') })),
    )
    .returning(['id', 'name'])
    .execute();
  return new Map(rows.map(({ id, name }) => [name, id]));
};

export interface ViewAction {
  readonly viewId: number;
  readonly action: number;
}

/** Answers those that were not there. */
export const insertViewActions = async (
  transaction: Transactor,
  given: readonly ViewAction[],
): Promise<readonly ViewAction[]> =>
  transaction
    .insertInto('cornflow_view_actions')
    .values(given.map(({ viewId, action }) => ({ view_id: viewId, action })))
    .onConflict((conflict) => conflict.doNothing())
    .returning(['view_id as viewId', 'action'])
    .execute();
