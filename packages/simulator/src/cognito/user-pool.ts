import type { Clock } from '../clock.ts';
import { parseFilter } from './filter.ts';
import { Refusal } from './refusal.ts';

interface User {
  readonly username: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

type Input = Readonly<Record<string, unknown>>;
type Output = Readonly<Record<string, unknown>>;

/** The operations of a user pool that its administrators use, by their names on the wire. */
export type UserPool = Readonly<Record<string, (input: Input) => Output>>;

const maxPage = 60;
const maxAttribute = 2048;
const seconds = (date: Date): number => date.getTime() / 1000;

const textOf = (input: Input, name: string): string => {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Refusal('InvalidParameterException', `Missing required parameter ${name}`);
};

const standardAttributes = ['name', 'email', 'phone_number', 'given_name', 'family_name'];

const attributesOf = (input: Input, custom: readonly string[]): readonly (readonly [string, string])[] => {
  const list = (input['UserAttributes'] ?? []) as readonly { Name: string; Value?: string }[];
  return list.map(({ Name: name, Value: value = '' }) => {
    if (!standardAttributes.includes(name) && !custom.includes(name))
      throw new Refusal('InvalidParameterException', `user.${name}: Attribute does not exist in the schema.`);
    if (value.length > maxAttribute)
      throw new Refusal('InvalidParameterException', `user.${name}: String must be no longer than 2048.`);
    return [name, value] as const;
  });
};

const asList = (attributes: ReadonlyMap<string, string>): readonly Output[] =>
  [...attributes]
    .filter(([name]) => name !== 'username')
    .map(([name, value]) => ({ Name: name, Value: value }));

const show = (user: User): Output => ({
  Username: user.username,
  Enabled: true,
  UserStatus: 'FORCE_CHANGE_PASSWORD',
  UserCreateDate: seconds(user.createdAt),
  UserLastModifiedDate: seconds(user.modifiedAt),
});

export interface UserPoolOptions {
  readonly userPoolId: string;
  /** With their prefix: `custom:consents`. */
  readonly customAttributes: readonly string[];
  readonly clock: Clock;
  /** A UUID for the next user. */
  newId(): string;
}

/** A user pool in memory. It is gone with the process. */
export const createUserPool = (options: UserPoolOptions): UserPool => {
  const { userPoolId: id, customAttributes: custom, clock } = options;
  const users = new Map<string, User>();

  const checkPool = (input: Input): void => {
    if (textOf(input, 'UserPoolId') !== id)
      throw new Refusal(
        'ResourceNotFoundException',
        `User pool ${String(input['UserPoolId'])} does not exist.`,
      );
  };
  const getUser = (input: Input): User => {
    checkPool(input);
    const user = users.get(textOf(input, 'Username'));
    if (user === undefined) throw new Refusal('UserNotFoundException', 'User does not exist.');
    return user;
  };

  return {
    AdminCreateUser: (input) => {
      checkPool(input);
      const username = textOf(input, 'Username');
      const given = attributesOf(input, custom);
      if (users.has(username)) throw new Refusal('UsernameExistsException', 'User account already exists');
      const now = clock.now();
      const attributes = new Map([['username', username], ['sub', options.newId()], ...given]);
      const user = { username, attributes, createdAt: now, modifiedAt: now };
      users.set(username, user);
      return { User: { ...show(user), Attributes: asList(attributes) } };
    },
    AdminGetUser: (input) => {
      const user = getUser(input);
      return { ...show(user), UserAttributes: asList(user.attributes) };
    },
    AdminUpdateUserAttributes: (input) => {
      const user = getUser(input);
      const attributes = new Map([...user.attributes, ...attributesOf(input, custom)]);
      users.set(user.username, { ...user, attributes, modifiedAt: clock.now() });
      return {};
    },
    AdminDeleteUser: (input) => {
      users.delete(getUser(input).username);
      return {};
    },
    ListUsers: (input) => {
      checkPool(input);
      const limit = (input['Limit'] ?? maxPage) as number;
      if (!Number.isInteger(limit) || limit < 0 || limit > maxPage)
        throw new Refusal('InvalidParameterException', 'Limit must be from 0 to 60.');
      const passes = parseFilter((input['Filter'] ?? '') as string);
      const all = [...users.values()].filter(({ attributes }) => passes(attributes));
      const from = positionOf(input['PaginationToken'], all);
      const page = all.slice(from, from + limit);
      const last = page.at(-1);
      return {
        Users: page.map((user) => ({ ...show(user), Attributes: asList(user.attributes) })),
        ...(last !== undefined && from + limit < all.length ? { PaginationToken: tokenOf(last) } : {}),
      };
    },
  };
};

/** Names the last user shown; opaque, as the real one is, and as long. */
const tokenOf = (last: User): string =>
  Buffer.from(JSON.stringify({ last: last.username, padding: '='.repeat(600) })).toString('base64');

const positionOf = (token: unknown, all: readonly User[]): number => {
  if (token === undefined) return 0;
  try {
    const { last } = JSON.parse(Buffer.from(token as string, 'base64').toString()) as { last: string };
    return all.findIndex(({ username }) => username === last) + 1;
  } catch {
    throw new Refusal('InvalidParameterException', 'Pagination token is invalid.');
  }
};
