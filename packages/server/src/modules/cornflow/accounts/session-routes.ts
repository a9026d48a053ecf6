import type { ErrorCode } from '@dumont/contracts/errors';
import { AppError } from '../../../kernel/errors.ts';
import { putNameRow } from '../access/name-store.ts';
import { DoorError, type DoorRequest, type DoorRoute } from '../door.ts';
import { nullable, optional, readBody, required, text } from '../fields.ts';
import { said } from '../objects/answers.ts';
import type { AccountDeps } from './deps.ts';
import { assertEmail, assertPassword, joinName } from './rules.ts';

const dayMs = 24 * 60 * 60_000;

/** A program's pass is its token, and is not renewed. */
interface Proven {
  readonly userId: string;
  readonly token: string;
  readonly refreshToken?: string;
}

/**
 * Neither a name nor a password where the token of a provider is shown. `totp_code` comes from clients that ask their
 * users for one: nobody has one here.
 */
const loginFields = { username: optional(text), password: optional(text), totp_code: optional(text) };

const refreshFields = { refresh_token: nullable(text) };

const signUpFields = {
  username: required(text),
  email: required(text),
  password: required(text),
  first_name: optional(text),
  last_name: optional(text),
};

const renewalTexts: Partial<Record<ErrorCode, string>> = {
  'auth.token_invalid': 'The session is no longer valid, please log in again',
  'auth.refresh_reused': 'The session has been revoked, please log in again',
};

export const createSessionRoutes = (deps: AccountDeps): readonly DoorRoute[] => {
  const { accounts, config, signIn } = deps;

  const tokensForm = async (opened: Required<Proven>) => ({
    token: opened.token,
    refresh_token: opened.refreshToken,
    id: (await accounts.find({ id: opened.userId }))?.number ?? 0,
  });

  const wrong = (): DoorError => new DoorError(400, 'Invalid credentials');

  const prove = async ({ document, bearer, address }: DoorRequest): Promise<Proven> => {
    const given = readBody(document, loginFields);
    if (bearer !== undefined && given.username === undefined && given.password === undefined) {
      if (signIn.byIdToken === undefined) throw new DoorError(400, 'Invalid request');
      return signIn.byIdToken(bearer, address);
    }
    const { username, password } = readBody(document, {
      ...loginFields,
      username: required(text),
      password: required(text),
    });
    // A name or password that nobody can have need not be looked for.
    if (username.length > 254 || password.length > 200) throw wrong();
    try {
      return await signIn.byPassword({ name: username, password }, address);
    } catch (error) {
      // Who is disabled is told no more than who was never here.
      if (error instanceof AppError && error.code === 'auth.disabled') throw wrong();
      throw error;
    }
  };

  const login: DoorRoute = {
    view: 'login',
    rule: '/login/',
    method: 'POST',
    roles: 'public',
    body: loginFields,
    handle: async (request) => {
      const { userId, token, refreshToken } = await prove(request);
      const account = await accounts.find({ id: userId });
      if (account === undefined) throw wrong();
      const isOld =
        deps.clock.now().getTime() - account.passwordChangedAt.getTime() > config.passwordDays * dayMs;
      return {
        status: 200,
        json: {
          token,
          ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
          id: account.number,
          ...(account.source === 'local' ? { change_password: account.mustChangePassword || isOld } : {}),
        },
      };
    },
  };

  const token: DoorRoute = {
    view: 'token',
    rule: '/token/',
    method: 'GET',
    roles: 'public',
    handle: async ({ bearer }) => {
      if (bearer === undefined) throw new DoorError(400, 'Authorization header is missing');
      try {
        await signIn.authenticator.authenticate({ bearer }, { beforePasswordChange: true });
        return { status: 200, json: { valid: 1 } };
      } catch (error) {
        if (error instanceof AppError && error.status < 500) return { status: 200, json: { valid: 0 } };
        throw error;
      }
    },
  };

  /** 401 here alone: clients that know these two addresses know it, and those that do not never call them. */
  const refresh: DoorRoute = {
    view: 'token-refresh',
    rule: '/token/refresh/',
    method: 'POST',
    roles: 'public',
    body: refreshFields,
    handle: async ({ document, address }) => {
      const { refresh_token: given } = readBody(document, refreshFields);
      if (!given) throw new DoorError(400, 'A refresh token is required');
      try {
        return { status: 200, json: await tokensForm(await signIn.renew(given, address)) };
      } catch (error) {
        const text = error instanceof AppError ? renewalTexts[error.code] : undefined;
        throw text === undefined ? error : new DoorError(401, text);
      }
    },
  };

  const logout: DoorRoute = {
    view: 'logout',
    rule: '/logout/',
    method: 'POST',
    roles: 'public',
    body: refreshFields,
    handle: async ({ document, address }) => {
      const { refresh_token: given } = readBody(document, refreshFields);
      if (given) await signIn.end(given, address);
      return said('The session has been closed');
    },
  };

  const signUp: DoorRoute = {
    view: 'signup',
    rule: '/signup/',
    method: 'POST',
    roles: config.signUp === 'open' ? 'public' : ['admin'],
    needsSession: true,
    body: signUpFields,
    // Not spread: nobody but who signed in has a `user` to read.
    handle: async (request) => {
      const { document, address } = request;
      const given = readBody(document, signUpFields);
      assertEmail(given.email);
      await deps.assertNotBlocked(given.email);
      assertPassword(given.password, config.passwordLength);
      // Where the address is taken too, Cornflow tells of the name; the database would of either.
      const namesake = await accounts.find({ username: given.username });
      if (namesake !== undefined) throw new AppError('user.username_taken');
      const { first_name: firstName = null, last_name: lastName = null } = given;
      const name = joinName(firstName, lastName, given.username);
      const by = config.signUp === 'open' ? null : request.user.caller;
      const user = { ...given, name, installationRole: null, projectRole: config.signUpRole };
      const id = await accounts.add(user, by, address, (transaction, userId) =>
        putNameRow(transaction, { userId, firstName, lastName, name }),
      );
      const opened = await signIn.forUser(id, address);
      return { status: 201, json: await tokensForm(opened) };
    },
  };

  const always = [login, token, refresh, logout];
  return config.signUp === 'off' ? always : [...always, signUp];
};
