import type { Locale } from '@dumont/contracts/identity/auth';
import type { Clock } from '../../kernel/clock.ts';
import type { Config } from '../../kernel/config/config.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { Reply, type Handlers } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from './audit.ts';
import { withConstraintErrors } from './constraint-errors.ts';
import type { LoginMetrics } from './login-metrics.ts';
import { readMe } from './me.ts';
import { addUser, assertUsername } from './new-users.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { PasswordLogin } from './password-login.ts';
import { endedCookies, refreshCookie } from './session-cookies.ts';
import { endSession, endSessionsOf } from './session-store.ts';
import type { Sessions } from './sessions.ts';
import type { SignIn } from './sign-in.ts';
import { changeUser } from './user-store.ts';

type AuthOperation = 'login' | 'refresh' | 'logout' | 'me' | 'updateMe' | 'register' | 'authMethods';

export interface AuthDeps {
  readonly db: Database;
  readonly language: Locale;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
  readonly hasher: PasswordHasher;
  readonly metrics: LoginMetrics;
  readonly passwordLogin: PasswordLogin;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly registration: Config['registration'];
  readonly providers: readonly { readonly id: string; readonly name: string }[];
  readonly defaultProjectId: string;
}

export const createAuthHandlers = (deps: AuthDeps): Handlers<AuthOperation> => ({
  login: async ({ body, context }) => {
    const { email, username, password, session: kind } = body;
    const login = {
      name: email ?? username ?? '',
      by: email === undefined ? 'either' : 'email',
      password,
    } as const;
    const { user, method } = await deps.metrics.count(() => deps.passwordLogin(login, context.address));
    return deps.signIn.reply(await deps.signIn.open(user, kind, context, method));
  },

  refresh: async ({ body, context }) => {
    const token = body?.refresh_token ?? context.cookies[refreshCookie];
    if (token === undefined) throw new AppError('auth.token_invalid');
    return deps.signIn.reply(await deps.sessions.renew(token, context));
  },

  logout: async ({ caller, body, context }) => {
    const everywhere = body?.everywhere === true;
    await deps.db.transaction().execute(async (transaction) => {
      const now = deps.clock.now();
      if (everywhere) await endSessionsOf(transaction, caller.userId, now);
      // An API token is no session: it ends by being revoked.
      else if (caller.sessionId !== undefined) await endSession(transaction, caller.sessionId, now);
      await deps.audit(
        {
          actorId: caller.userId,
          action: 'auth.logout',
          subjectType: 'user',
          subjectId: caller.userId,
          address: context.address,
          details: { everywhere },
        },
        transaction,
      );
    });
    return new Reply<undefined>({ cookies: endedCookies });
  },

  me: ({ caller }) => readMe(deps, caller.userId),

  updateMe: async ({ caller, body, context }) => {
    await withConstraintErrors(() =>
      deps.db.transaction().execute(async (transaction) => {
        await changeUser(transaction, caller.userId, body);
        await deps.audit(
          {
            actorId: caller.userId,
            action: 'user.changed',
            subjectType: 'user',
            subjectId: caller.userId,
            address: context.address,
            details: {
              fields: Object.keys(body),
              ...(body.email === undefined ? {} : { email: body.email }),
            },
          },
          transaction,
        );
      }),
    );
    return readMe(deps, caller.userId);
  },

  register: async ({ body, context }) => {
    if (deps.registration !== 'open') throw new AppError('auth.registration_closed');
    assertUsername(body);
    const passwordHash = await deps.hasher.hash(body.password);
    const opened = await withConstraintErrors(() =>
      deps.db.transaction().execute(async (transaction) => {
        const id = await addUser(transaction, deps, {
          email: body.email,
          emailConfirmed: false,
          username: body.username,
          name: body.name,
          passwordHash,
          mustChangePassword: false,
          installationRole: null,
          defaultProjectRole: 'viewer',
        });
        await deps.audit(
          {
            actorId: id,
            action: 'user.registered',
            subjectType: 'user',
            subjectId: id,
            address: context.address,
            details: { email: body.email },
          },
          transaction,
        );
        return deps.sessions.open(transaction, id, 'token', context);
      }),
    );
    const reply = await deps.signIn.reply(await deps.sessions.sign(opened));
    if (reply instanceof Reply) throw new TypeError('A session of kind token has no cookies.');
    return reply;
  },

  authMethods: async () => ({
    password: true,
    registration: deps.registration === 'open',
    oidc: [...deps.providers],
  }),
});
