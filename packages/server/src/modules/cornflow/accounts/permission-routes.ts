import { demand, type Caller } from '../../../kernel/access/caller.ts';
import type { Transactor } from '../../../kernel/db/database.ts';
import {
  changePermission,
  deletePermission,
  findPermission,
  insertPermissions,
  isPermissionTaken,
  listPermissions,
  listViews,
  type PermissionRow,
  type RolePermission,
} from '../access/matrix-store.ts';
import { listNumberedRoles } from '../access/role-store.ts';
import { actionName, actionOf, actions } from '../actions.ts';
import { DoorError, roleNumbers, type DoorRoute } from '../door.ts';
import { natural, optional, readBody, required } from '../fields.ts';
import { deleted, updated } from '../objects/answers.ts';
import { noSuchEntity } from '../serve/errors.ts';
import type { AccountDeps } from './deps.ts';

const taken = (): DoorError => new DoorError(400, 'The object does exist already');
const missing = (): DoorError => new DoorError(404, noSuchEntity);

const addFields = {
  action_id: required(natural),
  role_id: required(natural),
  api_view_id: required(natural),
};

const changeFields = {
  id: optional(natural),
  action_id: optional(natural),
  role_id: optional(natural),
  api_view_id: optional(natural),
};

/** Which role may do what at which address: the matrix that every call is checked against. */
export const createPermissionRoutes = (deps: AccountDeps): readonly DoorRoute[] => {
  const { db, accountRoles } = deps;

  const namesOfRoles = async (): Promise<ReadonlyMap<number, string>> =>
    new Map([
      [roleNumbers.dummy, 'dummy'],
      ...(await listNumberedRoles(db)).map(({ number, name }) => [number, name] as const),
    ]);
  const formOf = (row: PermissionRow, names: ReadonlyMap<number, string>) => ({
    id: row.id,
    action_id: row.action,
    action: actionName(row.action),
    api_view_id: row.viewId,
    api_view: row.view,
    role_id: row.roleNumber,
    role: names.get(row.roleNumber) ?? '',
  });
  const get = async (id: string | undefined): Promise<PermissionRow> => {
    const row = await findPermission(db, Number(id));
    if (row === undefined) throw missing();
    return row;
  };

  /** A role that was made here may in our own API what its permissions are for, and nothing without any. */
  const followGrants = async (
    transaction: Transactor,
    caller: Caller,
    numbers: readonly number[],
  ): Promise<void> => {
    const roles = (await listNumberedRoles(transaction)).filter(
      ({ number, madeHere }) => madeHere && numbers.includes(number),
    );
    if (roles.length === 0) return;
    const permissions = await listPermissions(transaction);
    for (const { number, roleId } of roles) {
      const own = permissions.filter(({ roleNumber }) => roleNumber === number);
      const writes = own.some(({ action }) => action !== actionOf('GET'));
      const grants = own.length === 0 ? [] : ['optimization:read:own', 'runs:read:own'];
      if (writes) grants.push('optimization:write:own', 'runs:write:own');
      await accountRoles.setGrants(transaction, caller, roleId, grants);
    }
  };
  /** Only who may change roles anywhere, and never so that nobody could change them back. */
  const assertMayMove = (caller: Caller, row?: PermissionRow): void => {
    demand(caller, 'roles:write');
    const isLast = row?.roleNumber === roleNumbers.admin && row.view.startsWith('permissions');
    if (row?.ofFolder === true)
      throw new DoorError(400, 'The permission comes from a file of the installation, and is changed there');
    if (isLast) throw new DoorError(400, 'Administrators keep their permission to change permissions');
  };
  const assertKnown = async (permission: RolePermission): Promise<void> => {
    const views = await listViews(db);
    const isKnown =
      actions.some(({ id }) => id === permission.action) &&
      views.some(({ id }) => id === permission.viewId) &&
      (await namesOfRoles()).has(permission.roleNumber);
    if (!isKnown) throw missing();
  };

  const list: DoorRoute = {
    view: 'permissions',
    rule: '/permission/',
    method: 'GET',
    roles: ['admin'],
    handle: async () => {
      const names = await namesOfRoles();
      return { status: 200, json: (await listPermissions(db)).map((row) => formOf(row, names)) };
    },
  };

  const add: DoorRoute = {
    ...list,
    method: 'POST',
    needsSession: true,
    body: addFields,
    handle: async ({ user, document }) => {
      const given = readBody(document, addFields);
      const permission = { action: given.action_id, viewId: given.api_view_id, roleNumber: given.role_id };
      assertMayMove(user.caller);
      await assertKnown(permission);
      const [row] = await deps.matrix.change(async (transaction) => {
        const inserted = await insertPermissions(transaction, [permission]);
        await followGrants(transaction, user.caller, [permission.roleNumber]);
        return inserted;
      });
      if (row === undefined) throw taken();
      return { status: 201, json: formOf(await get(String(row.id)), await namesOfRoles()) };
    },
  };

  const detail = { view: 'permissions-detail', rule: '/permission/<int:idx>/', roles: ['admin'] } as const;

  const show: DoorRoute = {
    ...detail,
    method: 'GET',
    handle: async ({ params }) => ({
      status: 200,
      json: formOf(await get(params['idx']), await namesOfRoles()),
    }),
  };

  const change: DoorRoute = {
    ...detail,
    method: 'PUT',
    needsSession: true,
    body: changeFields,
    handle: async ({ user, params, document }) => {
      const given = readBody(document, changeFields);
      const before = await get(params['idx']);
      assertMayMove(user.caller, before);
      const permission = {
        id: before.id,
        action: given.action_id ?? before.action,
        viewId: given.api_view_id ?? before.viewId,
        roleNumber: given.role_id ?? before.roleNumber,
      };
      await assertKnown(permission);
      try {
        await deps.matrix.change(async (transaction) => {
          await changePermission(transaction, permission);
          await followGrants(transaction, user.caller, [before.roleNumber, permission.roleNumber]);
        });
      } catch (error) {
        throw isPermissionTaken(error) ? taken() : error;
      }
      return updated;
    },
  };

  const remove: DoorRoute = {
    ...detail,
    method: 'DELETE',
    needsSession: true,
    handle: async ({ user, params }) => {
      const row = await get(params['idx']);
      assertMayMove(user.caller, row);
      await deps.matrix.change(async (transaction) => {
        await deletePermission(transaction, row.id);
        await followGrants(transaction, user.caller, [row.roleNumber]);
      });
      return deleted;
    },
  };

  const listActions: DoorRoute = {
    view: 'actions',
    rule: '/action/',
    method: 'GET',
    roles: ['admin'],
    handle: async () => ({ status: 200, json: actions.map(({ id, name }) => ({ id, name })) }),
  };

  const listApiViews: DoorRoute = {
    view: 'apiview',
    rule: '/apiview/',
    method: 'GET',
    roles: ['admin'],
    handle: async () => ({
      status: 200,
      json: (await listViews(db)).map(({ id, name, rule }) => ({
        id,
        name,
        url_rule: rule,
        description: `What is at ${rule}`,
      })),
    }),
  };

  return [list, add, show, change, remove, listActions, listApiViews];
};
