import type { Person } from '../access/people.ts';
import { listNumberedRoles } from '../access/role-store.ts';
import { DoorError, roleNumbers, type DoorRoute } from '../door.ts';
import { natural, readBody, required } from '../fields.ts';
import { deleted } from '../objects/answers.ts';
import { noSuchEntity } from '../serve/errors.ts';
import type { AccountDeps } from './deps.ts';

/** More roles than anyone makes: an id of a user and a role is made of both numbers. */
const maxRoles = 10_000;

const giveFields = { user_id: required(natural), role_id: required(natural) };

/** Which user has which role. */
export const createUserRoleRoutes = (deps: AccountDeps): readonly DoorRoute[] => {
  const { people, roleChanges } = deps;

  const namesOfRoles = async (): Promise<ReadonlyMap<number, string>> =>
    new Map([
      [roleNumbers.dummy, 'dummy'],
      ...(await listNumberedRoles(deps.db)).map(({ number, name }) => [number, name] as const),
    ]);
  const rowsOf = (person: Person, names: ReadonlyMap<number, string>) =>
    [...person.roles].map((number) => ({
      id: person.number * maxRoles + number,
      user_id: person.number,
      user: person.username,
      role_id: number,
      role: names.get(number) ?? '',
    }));
  const get = async (number: number): Promise<Person> => {
    const person = await people.find(number);
    if (person === undefined) throw new DoorError(404, noSuchEntity);
    return person;
  };
  const rowOf = async (userNumber: number, roleNumber: number) => {
    const row = rowsOf(await get(userNumber), await namesOfRoles()).find(
      (each) => each.role_id === roleNumber,
    );
    if (row === undefined) throw new DoorError(404, noSuchEntity);
    return row;
  };

  const list: DoorRoute = {
    view: 'user-roles',
    rule: '/user/role/',
    method: 'GET',
    roles: ['dummy', 'viewer', 'planner', 'admin', 'service'],
    handle: async ({ user }) => {
      const names = await namesOfRoles();
      const isAdmin = user.roles.has(roleNumbers.admin);
      const shown = isAdmin ? await people.list() : await people.listById([user.caller.userId]);
      return { status: 200, json: shown.flatMap((person) => rowsOf(person, names)) };
    },
  };

  const give: DoorRoute = {
    ...list,
    method: 'POST',
    needsSession: true,
    roles: ['admin'],
    body: giveFields,
    handle: async ({ user, document }) => {
      const given = readBody(document, giveFields);
      await roleChanges.give(user.caller, await get(given.user_id), given.role_id);
      return { status: 201, json: await rowOf(given.user_id, given.role_id) };
    },
  };

  const detail = {
    view: 'user-roles-detail',
    rule: '/user/role/<int:user_id>/<int:role_id>/',
    roles: ['admin'],
  } as const;

  const show: DoorRoute = {
    ...detail,
    method: 'GET',
    handle: async ({ params }) => ({
      status: 200,
      json: await rowOf(Number(params['user_id']), Number(params['role_id'])),
    }),
  };

  const take: DoorRoute = {
    ...detail,
    method: 'DELETE',
    needsSession: true,
    handle: async ({ user, params }) => {
      const person = await get(Number(params['user_id']));
      await roleChanges.take(user.caller, person, Number(params['role_id']));
      return deleted;
    },
  };

  return [list, give, show, take];
};
