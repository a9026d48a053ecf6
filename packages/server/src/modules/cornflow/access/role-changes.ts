import { demand, type Caller } from '../../../kernel/access/caller.ts';
import type { Database, Transactor } from '../../../kernel/db/database.ts';
import type { AccountRoles } from '../../identity/index.ts';
import { DoorError, roleNumbers } from '../door.ts';
import { noSuchEntity } from '../serve/errors.ts';
import { operatorNumber, strongest } from './numbers.ts';
import type { Person } from './people.ts';
import { deleteExtraRole, insertExtraRole, listExtraRoles, listNumbers } from './role-store.ts';

/** Gives users roles and takes them away: Cornflow's users have many, ours one for the project and one over it. */
export interface RoleChanges {
  give(caller: Caller, person: Person, number: number): Promise<void>;
  take(caller: Caller, person: Person, number: number): Promise<void>;
}

export const createRoleChanges = (deps: {
  db: Database;
  accountRoles: AccountRoles;
  defaultProjectId: string;
}): RoleChanges => {
  const { db, accountRoles, defaultProjectId } = deps;

  const roleIdOf = async (transaction: Transactor, number: number): Promise<string> => {
    const roles = await listNumbers(transaction);
    const role = roles.find((each) => each.number === number);
    if (role === undefined) throw new DoorError(404, noSuchEntity);
    return role.roleId;
  };
  const numberOf = async (transaction: Transactor, roleId: string | null): Promise<number | undefined> => {
    const number = (await listNumbers(transaction)).find((each) => each.roleId === roleId)?.number;
    return number === roleNumbers.admin ? operatorNumber : number;
  };

  const giveBeside = async (
    transaction: Transactor,
    caller: Caller,
    userId: string,
    number: number,
  ): Promise<void> => {
    demand(caller, 'members:write', { projectId: defaultProjectId });
    await insertExtraRole(transaction, { userId, number });
    await accountRoles.announce(transaction, userId);
  };

  return {
    give: (caller, { id: userId, ...person }, number) =>
      db.transaction().execute(async (transaction) => {
        if (person.roles.has(number)) throw new DoorError(400, 'The object does exist already');
        if (number === roleNumbers.dummy)
          throw new DoorError(400, 'The role dummy is what users without a role have');
        if (number === roleNumbers.admin)
          return accountRoles.setAdministrator(transaction, caller, userId, true);
        const roleId = await roleIdOf(transaction, number);
        const inProject = await numberOf(transaction, person.projectRoleId);
        if (inProject !== undefined && strongest([inProject, number]) === inProject) {
          return giveBeside(transaction, caller, userId, number);
        }
        await accountRoles.setProjectRole(transaction, caller, userId, roleId);
        if (inProject !== undefined) await giveBeside(transaction, caller, userId, inProject);
        return undefined;
      }),

    take: (caller, { id: userId, ...person }, number) =>
      db.transaction().execute(async (transaction) => {
        if (!person.roles.has(number) || number === roleNumbers.dummy) throw new DoorError(404, noSuchEntity);
        const extras = (await listExtraRoles(transaction, [userId])).map((role) => role.number);
        if (extras.includes(number)) {
          demand(caller, 'members:write', { projectId: defaultProjectId });
          await deleteExtraRole(transaction, { userId, number });
          return accountRoles.announce(transaction, userId);
        }
        if ((await numberOf(transaction, person.projectRoleId)) === number) {
          const next = strongest(extras);
          const nextId = next === undefined ? null : await roleIdOf(transaction, next);
          await accountRoles.setProjectRole(transaction, caller, userId, nextId);
          if (next !== undefined) await deleteExtraRole(transaction, { userId, number: next });
          return undefined;
        }
        if (number === roleNumbers.admin)
          return accountRoles.setAdministrator(transaction, caller, userId, false);
        throw new DoorError(
          400,
          'The user has this role over the whole installation: it is taken away there',
        );
      }),
  };
};
