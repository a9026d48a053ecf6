import type { Caller } from '../../../kernel/access/caller.ts';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import type { Account, Accounts } from '../../identity/index.ts';
import { roleNumbers, type DoorUser } from '../door.ts';
import { listNameRows } from './name-store.ts';
import { operatorNumber } from './numbers.ts';
import { listExtraRoles, listNumbers } from './role-store.ts';

/** A user as clients see them. */
export interface Person extends Account {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly roles: ReadonlySet<number>;
}

export interface People {
  of(accounts: readonly Account[], executor?: Executor): Promise<readonly Person[]>;
  list(): Promise<readonly Person[]>;
  find(number: number): Promise<Person | undefined>;
  listById(ids: readonly string[]): Promise<readonly Person[]>;
  /** Remembered as long as the caller is: identity makes another one when anything about them changes. */
  userOf(caller: Caller): Promise<DoorUser>;
}

/** Where only one name is known: the first word is the first name. Who is called as they sign in gave none. */
const splitName = ({ name, username }: Account): Pick<Person, 'firstName' | 'lastName'> => {
  if (name === username) return { firstName: null, lastName: null };
  const [first = '', ...rest] = name.split(' ');
  return { firstName: first, lastName: rest.length === 0 ? null : rest.join(' ') };
};

export const createPeople = (deps: {
  db: Database;
  accounts: Accounts;
  /** Gives numbers to roles that were made elsewhere. */
  numberRoles: () => Promise<void>;
}): People => {
  const { db, accounts } = deps;
  const users = new WeakMap<Caller, Promise<DoorUser>>();

  const numbersById = async (executor: Executor): Promise<ReadonlyMap<string, number>> =>
    new Map((await listNumbers(executor)).map(({ roleId, number }) => [roleId, number]));

  const of: People['of'] = async (given, executor = db) => {
    const ids = given.map(({ id }) => id);
    let numbers = await numbersById(executor);
    const isKnown = (id: string | null): boolean => id === null || numbers.has(id);
    if (!given.every((each) => isKnown(each.installationRoleId) && isKnown(each.projectRoleId))) {
      await deps.numberRoles();
      numbers = await numbersById(db);
    }
    const extras = Map.groupBy(await listExtraRoles(executor, ids), ({ userId }) => userId);
    const names = new Map((await listNameRows(executor, ids)).map((row) => [row.userId, row]));
    return given.map((account) => {
      const roles = new Set<number>();
      const ofInstallation = numbers.get(account.installationRoleId ?? '');
      if (ofInstallation !== undefined) roles.add(ofInstallation);
      const inProject = numbers.get(account.projectRoleId ?? '');
      // Whoever administers a project is none of the administrators, who rule over all users.
      if (inProject !== undefined) roles.add(inProject === roleNumbers.admin ? operatorNumber : inProject);
      for (const { number } of extras.get(account.id) ?? []) roles.add(number);
      if (roles.size === 0) roles.add(roleNumbers.dummy);
      const row = names.get(account.id);
      const parts = row?.name === account.name ? row : splitName(account);
      return { ...account, roles, firstName: parts.firstName, lastName: parts.lastName };
    });
  };

  const readUser = async (caller: Caller): Promise<DoorUser> => {
    const account = await accounts.find({ id: caller.userId });
    const [person] = account === undefined ? [] : await of([account]);
    if (person === undefined) throw new TypeError('A caller has no account.');
    return { caller, number: person.number, username: person.username, roles: person.roles };
  };

  return {
    of,
    list: async () => of(await accounts.list()),
    listById: async (ids) => of(await accounts.listById(ids)),
    find: async (number) => {
      const account = await accounts.find({ number });
      return account && (await of([account]))[0];
    },
    userOf: (caller) => {
      let user = users.get(caller);
      if (user === undefined) {
        user = readUser(caller);
        users.set(caller, user);
        user.catch(() => users.delete(caller));
      }
      return user;
    },
  };
};
