import type { Caller } from '../../kernel/access/caller.ts';
import { systemClock, type Clock } from '../../kernel/clock.ts';
import type { Config } from '../../kernel/config/config.ts';
import { createNotifications } from '../../kernel/db/notifications.ts';
import { AppError } from '../../kernel/errors.ts';
import { createEventStream, type EventStream } from '../../kernel/events/event-stream.ts';
import { Reply, type RequestContext } from '../../kernel/http/handlers.ts';
import { createLogger } from '../../kernel/log.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { createVaultStore } from '../../kernel/vault/vault-store.ts';
import { createVault } from '../../kernel/vault/vault.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { createTestClock, type TestClock } from '../../../test/test-clock.ts';
import { createIdentity, type Identity } from './index.ts';

export const adminEmail = 'admin@example.org';
export const adminPassword = 'correct horse battery';
const masterKey = Buffer.alloc(32, 7);
const log = createLogger('silent');

export interface Replica extends AsyncDisposable {
  readonly identity: Identity;
  readonly events: EventStream;
}

export type BedConfig = Partial<
  Pick<Config, 'admin' | 'registration' | 'oidc' | 'ldap' | 'publicUrl' | 'solverFolders'>
>;

/** One more server on a database. The notification connection waits in real time; everything else by the clock. */
export const createReplica = async (
  database: Pick<TestDatabase, 'db' | 'url'>,
  clock: Clock,
  config: BedConfig = {},
  dataDir?: string,
): Promise<Replica> => {
  await using stack = new AsyncDisposableStack();
  const random = createSystemRandom(clock);
  const notifications = stack.use(createNotifications({ url: database.url, clock: systemClock, log }));
  const events = stack.use(await createEventStream({ db: database.db, notifications, clock, log }));
  const identity = stack.use(
    await createIdentity({
      db: database.db,
      clock,
      random,
      log,
      vault: await createVault(masterKey, createVaultStore(database.db)),
      events,
      notifications,
      metrics: createMetrics({ processMetrics: false }),
      config: {
        admin: { email: adminEmail, password: adminPassword },
        registration: 'closed',
        oidc: undefined,
        ldap: undefined,
        publicUrl: undefined,
        language: 'en',
        smtpUrl: undefined,
        solverFolders: [],
        ...config,
      },
      ...(dataDir === undefined ? {} : { dataDir }),
    }),
  );
  const parts = stack.move();
  return { identity, events, [Symbol.asyncDispose]: () => parts.disposeAsync() };
};

export interface Bed extends Replica {
  readonly database: TestDatabase;
  readonly clock: TestClock;
}

export const createBed = async (config: BedConfig = {}, dataDir?: string): Promise<Bed> => {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const clock = createTestClock();
  const replica = stack.use(await createReplica(database, clock, config, dataDir));
  const parts = stack.move();
  return { ...replica, database, clock, [Symbol.asyncDispose]: () => parts.disposeAsync() };
};

export const contextOf = (parts: Partial<RequestContext> = {}): RequestContext => ({
  requestId: 'request-1',
  address: '192.0.2.1',
  userAgent: 'test',
  log,
  signal: new AbortController().signal,
  idempotencyKey: undefined,
  bearer: undefined,
  cookies: {},
  secure: false,
  origin: 'http://127.0.0.1:8767',
  ...parts,
});

interface Call {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly caller?: Caller | undefined;
  readonly context?: Partial<RequestContext>;
}

/** Calls a handler as the HTTP edge would after parsing. */
export const call = async <K extends keyof Identity['handlers']>(
  identity: Identity,
  operation: K,
  input: Call = {},
): Promise<Awaited<ReturnType<Identity['handlers'][K]>>> => {
  const handler = identity.handlers[operation] as (given: unknown) => Promise<unknown>;
  const result = await handler({ ...input, context: contextOf(input.context) });
  return result as Awaited<ReturnType<Identity['handlers'][K]>>;
};

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

/** Signs in with tokens. */
export const signIn = async (
  identity: Identity,
  email = adminEmail,
  password = adminPassword,
  address = '192.0.2.1',
): Promise<Tokens> => {
  const body = { email, password, session: 'token' };
  const session = await call(identity, 'login', { body, context: { address } });
  if (session instanceof Reply || !('access_token' in session)) throw new TypeError('expected tokens');
  return { access: session.access_token, refresh: session.refresh_token };
};

export const renew = async (identity: Identity, refresh: string): Promise<Tokens> => {
  const session = await call(identity, 'refresh', { body: { refresh_token: refresh } });
  if (session instanceof Reply || !('access_token' in session)) throw new TypeError('expected tokens');
  return { access: session.access_token, refresh: session.refresh_token };
};

export const callerOf = async (identity: Identity, email?: string, password?: string): Promise<Caller> =>
  identity.authenticator.authenticate({ bearer: (await signIn(identity, email, password)).access });

/** A user made by the administrator, who need not change the password unless said. */
export const addPerson = async (
  identity: Identity,
  name: string,
  given: {
    installationRole?: string | null;
    defaultProjectRole?: string | null;
    mustChangePassword?: boolean;
  } = {},
): Promise<{ id: string; email: string; password: string }> => {
  const email = `${name}@example.org`;
  const password = `password of ${name}`;
  const user = await call(identity, 'createUser', {
    caller: await callerOf(identity),
    body: {
      email,
      name,
      password,
      mustChangePassword: false,
      installationRole: null,
      defaultProjectRole: 'viewer',
      ...given,
    },
  });
  if (user instanceof Reply) throw new TypeError('expected a user');
  return { id: user.id, email, password };
};

/** For `assert.rejects`: an error with this code. */
export const coded = (code: string) => (error: unknown) => {
  if (error instanceof AppError && error.code === code) return true;
  throw error instanceof AppError
    ? new Error(`expected ${code}, got ${error.code}`, { cause: error })
    : error;
};

/** The answer of a handler that sends JSON alone. */
export const plain = async <T>(answer: Promise<T | Reply<unknown>>): Promise<Exclude<T, Reply<unknown>>> => {
  const result = await answer;
  if (result instanceof Reply) throw new TypeError('expected JSON alone');
  return result as Exclude<T, Reply<unknown>>;
};
