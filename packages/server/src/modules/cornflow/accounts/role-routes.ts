import { AppError } from '../../../kernel/errors.ts';
import { listNumberedRoles, insertNumber, lockDoor } from '../access/role-store.ts';
import { nextNumber } from '../access/numbers.ts';
import { DoorError, roleNumbers, type DoorRoute } from '../door.ts';
import { natural, optional, readBody, text } from '../fields.ts';
import { updated } from '../objects/answers.ts';
import { noSuchEntity } from '../serve/errors.ts';
import type { AccountDeps } from './deps.ts';

interface RoleForm {
  readonly id: number;
  readonly name: string;
}

const maxNameLength = 128;

const addFields = { name: optional(text), id: optional(natural) };

const renameFields = { name: optional(text), id: optional(natural) };

export const createRoleRoutes = (deps: AccountDeps): readonly DoorRoute[] => {
  const { db, accountRoles } = deps;

  const listRoles = async (): Promise<readonly RoleForm[]> => {
    await deps.matrix.numberRoles();
    const roles = await listNumberedRoles(db);
    return [
      { id: roleNumbers.dummy, name: 'dummy' },
      ...roles.map(({ number, name }) => ({ id: number, name })),
    ];
  };
  const get = async (number: string | undefined): Promise<RoleForm> => {
    const role = (await listRoles()).find(({ id }) => id === Number(number));
    if (role === undefined) throw new DoorError(404, noSuchEntity);
    return role;
  };
  const assertName = (name: string | undefined): string => {
    if (name === undefined || name.trim() === '' || name.length > maxNameLength) {
      const shown = name === undefined ? 'None' : name.slice(0, maxNameLength);
      throw new DoorError(400, `Integrity error on saving with data <Role ${shown}>`);
    }
    return name.trim();
  };
  const orTaken = async <T>(name: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'role.name_taken') throw error;
      throw new DoorError(400, `Integrity error on saving with data <Role ${name}>`);
    }
  };

  const list: DoorRoute = {
    view: 'roles',
    rule: '/roles/',
    method: 'GET',
    roles: ['admin'],
    handle: async () => ({ status: 200, json: [...(await listRoles())] }),
  };

  const add: DoorRoute = {
    ...list,
    method: 'POST',
    needsSession: true,
    body: addFields,
    handle: async ({ user, document }) => {
      const given = readBody(document, addFields);
      const name = assertName(given.name);
      await listRoles();
      const made = accountRoles.inTransaction(async (transaction) => {
        await lockDoor(transaction);
        const roleId = await accountRoles.add(transaction, user.caller, {
          name,
          description: 'Made by a client of Cornflow.',
        });
        const number = await nextNumber(transaction);
        await insertNumber(transaction, { number, roleId, madeHere: true });
        return { id: number, name };
      });
      return { status: 201, json: await orTaken(name, made) };
    },
  };

  const detail = { view: 'roles-detail', rule: '/roles/<int:idx>/', roles: ['admin'] } as const;

  const show: DoorRoute = {
    ...detail,
    method: 'GET',
    handle: async ({ params }) => ({ status: 200, json: await get(params['idx']) }),
  };

  const rename: DoorRoute = {
    ...detail,
    method: 'PUT',
    needsSession: true,
    body: renameFields,
    handle: async ({ user, params, document }) => {
      const given = readBody(document, renameFields);
      const { id } = await get(params['idx']);
      if (given.name === undefined) return updated;
      const name = assertName(given.name);
      const role = (await listNumberedRoles(db)).find(({ number }) => number === id);
      if (role === undefined) throw new AppError('role.built_in');
      await orTaken(
        name,
        accountRoles.inTransaction((transaction) =>
          accountRoles.rename(transaction, user.caller, role.roleId, name),
        ),
      );
      return updated;
    },
  };

  const remove: DoorRoute = {
    ...detail,
    method: 'DELETE',
    needsSession: true,
    handle: async () => {
      throw new DoorError(501, 'Roles can not be deleted');
    },
  };

  return [list, add, show, rename, remove];
};
