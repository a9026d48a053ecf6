import type { Beside } from '../../identity/index.ts';
import { deleteNameRow, putNameRow } from '../access/name-store.ts';
import type { Person } from '../access/people.ts';
import { deleteExtraRoles } from '../access/role-store.ts';
import { DoorError, roleNumbers, type DoorRoute, type DoorUser } from '../door.ts';
import { nullable, optional, readBody, required, text } from '../fields.ts';
import { deleted, said, updated } from '../objects/answers.ts';
import { toNaive } from '../objects/naive-time.ts';
import { noSuchEntity } from '../serve/errors.ts';
import { recoveryMail } from './recovery-mail.ts';
import type { AccountDeps } from './deps.ts';
import { assertEmail, assertPassword, joinName } from './rules.ts';

const everybody = ['dummy', 'viewer', 'planner', 'admin', 'service'] as const;

const detailForm = (person: Person) => ({
  id: person.number,
  first_name: person.firstName,
  last_name: person.lastName,
  username: person.username,
  email: person.email,
  pwd_last_change: toNaive(person.passwordChangedAt),
});

const listForm = (person: Person) => ({
  ...detailForm(person),
  // Python's `str` of the time, at this one address.
  created_at: toNaive(person.createdAt).replace('T', ' '),
});

const editWhere: Readonly<Record<string, string>> = {
  ldap: 'To edit a user, go to LDAP server',
  oidc: 'To edit a user, go to the OID provider',
};

const changeFields = {
  username: optional(text),
  first_name: nullable(text),
  last_name: nullable(text),
  email: optional(text),
  password: optional(text),
};

const recoverFields = { email: required(text) };

export const createUserRoutes = (deps: AccountDeps): readonly DoorRoute[] => {
  const { accounts, people, roleChanges, config } = deps;

  const get = async (number: string | undefined): Promise<Person> => {
    const person = await people.find(Number(number));
    if (person === undefined) throw new DoorError(404, noSuchEntity);
    return person;
  };
  const isSelfOrAdmin = (user: DoorUser, number: string | undefined): boolean =>
    user.number === Number(number) || user.roles.has(roleNumbers.admin);

  const list: DoorRoute = {
    view: 'user',
    rule: '/user/',
    method: 'GET',
    roles: ['admin'],
    handle: async () => ({ status: 200, json: (await people.list()).map(listForm) }),
  };

  const detail = { view: 'user-detail', rule: '/user/<int:user_id>/' } as const;

  const show: DoorRoute = {
    ...detail,
    method: 'GET',
    roles: everybody,
    handle: async ({ user, params }) => {
      if (!isSelfOrAdmin(user, params['user_id'])) {
        throw new DoorError(400, 'You have no permission to access given user');
      }
      return { status: 200, json: detailForm(await get(params['user_id'])) };
    },
  };

  const change: DoorRoute = {
    ...detail,
    method: 'PUT',
    needsSession: true,
    roles: everybody,
    body: changeFields,
    handle: async ({ user, params, document, address }) => {
      const given = readBody(document, changeFields);
      if (!isSelfOrAdmin(user, params['user_id'])) {
        throw new DoorError(403, 'You have no permission to access given user');
      }
      const person = await get(params['user_id']);
      const elsewhere = editWhere[person.source];
      if (elsewhere !== undefined) throw new DoorError(501, elsewhere);
      if (given.email !== undefined) {
        assertEmail(given.email);
        await deps.assertNotBlocked(given.email);
      }
      if (given.password !== undefined) assertPassword(given.password, config.passwordLength);
      const { first_name: firstName = person.firstName, last_name: lastName = person.lastName } = given;
      const name = joinName(firstName, lastName, given.username ?? person.username);
      const { username, email, password } = given;
      const beside: Beside = (transaction, userId) =>
        putNameRow(transaction, { userId, firstName, lastName, name });
      await accounts.change(user.caller, person.id, { username, email, password, name }, address, beside);
      return updated;
    },
  };

  const remove: DoorRoute = {
    ...detail,
    method: 'DELETE',
    needsSession: true,
    roles: ['planner', 'admin', 'service'],
    handle: async ({ user, params, address }) => {
      if (!isSelfOrAdmin(user, params['user_id'])) {
        throw new DoorError(403, 'You have no permission to access given user');
      }
      const person = await get(params['user_id']);
      if (person.username === config.serviceUser) {
        throw new DoorError(403, 'The service user can not be deleted');
      }
      await accounts.remove(user.caller, person.id, address, async (transaction, userId) => {
        await deleteNameRow(transaction, userId);
        await deleteExtraRoles(transaction, userId);
        await deps.grants.deleteOf(transaction, userId);
      });
      return deleted;
    },
  };

  const makeAdmin: DoorRoute = {
    view: 'user-admin',
    rule: '/user/<int:user_id>/<int:make_admin>/',
    method: 'PUT',
    needsSession: true,
    roles: ['admin'],
    handle: async ({ user, params }) => {
      const person = await get(params['user_id']);
      const isAdmin = person.roles.has(roleNumbers.admin);
      if (params['make_admin'] === '0') {
        if (isAdmin) await roleChanges.take(user.caller, person, roleNumbers.admin);
      } else if (isAdmin) {
        const words = `${person.number} has role ${roleNumbers.admin}`;
        throw new DoorError(400, `Integrity error on saving with data ${words}`);
      } else await roleChanges.give(user.caller, person, roleNumbers.admin);
      return { status: 200, json: detailForm(await get(params['user_id'])) };
    },
  };

  const recover: DoorRoute = {
    view: 'recover-password',
    rule: '/user/recover-password/',
    method: 'PUT',
    roles: 'public',
    body: recoverFields,
    handle: async ({ document, address }) => {
      const { email } = readBody(document, recoverFields);
      if (!deps.mail.configured) {
        throw new DoorError(
          501,
          "This functionality is not available. Check that cornflow's email is correctly configured",
        );
      }
      await deps.recovery.begin(email.toLowerCase(), address, async (transaction, to, password) => {
        await deps.mail.send(transaction, {
          to: to.email,
          ...recoveryMail(to.language, password),
        });
      });
      return said('The password recovery process has started. Check the email inbox.');
    },
  };

  return [list, show, change, remove, makeAdmin, recover];
};
