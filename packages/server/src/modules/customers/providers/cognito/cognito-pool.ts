import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  InvalidParameterException,
  ListUsersCommand,
  UsernameExistsException,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Clock } from '../../../../kernel/clock.ts';
import type { CognitoConfig } from '../../../../kernel/config/cognito.ts';
import { AppError } from '../../../../kernel/errors.ts';
import { stampConsents } from '../../consents.ts';
import type { Customer, CustomerPool } from '../../pool.ts';
import { filterBy, readUser, writeAttributes } from './wire.ts';

/** What Cognito answers on one page. */
const maxPage = 60;
const timeouts = { connectionTimeout: 2000, requestTimeout: 5000 };

/**
 * Customers in a user pool of AWS Cognito, one pool for one project. The user name is the CPF, which Cognito itself
 * keeps unique; users have no password and never sign in there: our own tokens say who they are. Encryption at rest
 * is Cognito's.
 */
export const createCognitoPool = (config: CognitoConfig, clock: Clock): CustomerPool & Disposable => {
  const client = new CognitoIdentityProviderClient({
    region: config.region,
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint }),
    ...(config.credentials === undefined ? {} : { credentials: config.credentials }),
    requestHandler: timeouts,
  });
  const UserPoolId = config.userPoolId;

  /** Anything that the pool does not answer, or answers in a way of its own, is the pool's fault, not the caller's. */
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw new AppError('customer.pool', { retryAfterSeconds: 5 }, { cause });
    }
  };

  const findBySub = async (id: string): Promise<Customer | undefined> => {
    const { Users: [user] = [] } = await client.send(
      new ListUsersCommand({ UserPoolId, Filter: filterBy('sub', '=', id), Limit: 1 }),
    );
    return user && readUser(user);
  };

  const findByName = async (cpf: string): Promise<Customer | undefined> => {
    const user = await client
      .send(new AdminGetUserCommand({ UserPoolId, Username: cpf }))
      .catch(undefinedWhere(UserNotFoundException));
    return user && readUser({ ...user, Attributes: user.UserAttributes });
  };

  return {
    kind: 'cognito',
    add: ({ cpf, consents, ...fields }) =>
      ask(async () => {
        const attributes = { ...fields, consents: stampConsents(consents, [], clock.now()) };
        const made = await client
          .send(
            new AdminCreateUserCommand({
              UserPoolId,
              Username: cpf,
              UserAttributes: writeAttributes(attributes),
              MessageAction: 'SUPPRESS',
            }),
          )
          .catch(undefinedWhere(UsernameExistsException));
        return made?.User && readUser(made.User);
      }),
    find: (id) => ask(() => findBySub(id)),
    findByCpf: (cpf) => ask(() => findByName(cpf)),
    list: ({ name, after, limit }) =>
      ask(async () => {
        const items: Customer[] = [];
        let token = after === undefined ? undefined : Buffer.from(after, 'base64url').toString();
        do {
          const page = await client
            .send(
              new ListUsersCommand({
                UserPoolId,
                Limit: Math.min(limit - items.length, maxPage),
                Filter: name === undefined ? undefined : filterBy('name', '^=', name),
                PaginationToken: token,
              }),
            )
            .catch((cause: unknown) => {
              if (after === undefined || !(cause instanceof InvalidParameterException)) throw cause;
              throw new AppError('request.cursor', {}, { cause });
            });
          items.push(...(page.Users ?? []).map(readUser));
          token = page.PaginationToken;
        } while (token !== undefined && items.length < limit);
        return { items, next: token === undefined ? undefined : Buffer.from(token).toString('base64url') };
      }),
    update: (id, { consents, ...fields }) =>
      ask(async () => {
        const before = await findBySub(id);
        if (before === undefined) return undefined;
        const stamped =
          consents === undefined ? {} : { consents: stampConsents(consents, before.consents, clock.now()) };
        const UserAttributes = writeAttributes({ ...fields, ...stamped });
        if (UserAttributes.length > 0) {
          await client
            .send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username: before.cpf, UserAttributes }))
            .catch(undefinedWhere(UserNotFoundException));
        }
        return findByName(before.cpf);
      }),
    remove: (id) =>
      ask(async () => {
        const user = await findBySub(id);
        if (user === undefined) return;
        await client
          .send(new AdminDeleteUserCommand({ UserPoolId, Username: user.cpf }))
          .catch(undefinedWhere(UserNotFoundException));
      }),
    [Symbol.dispose]: () => client.destroy(),
  };
};

/** For `catch`: an answer that says "no" is an answer. */
const undefinedWhere =
  (refusal: new (...given: never[]) => Error) =>
  (error: unknown): undefined => {
    if (error instanceof refusal) return undefined;
    throw error;
  };
