import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@dumont/contracts/client';
import { createApp } from '../src/app.ts';
import { startStorefront } from '../src/beside/storefront.ts';
import { systemClock, type Clock } from '../src/kernel/clock.ts';
import { readConfig, type Config } from '../src/kernel/config/config.ts';
import { createLogger } from '../src/kernel/log.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

/** A user with an API token of their own. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly client: Client;
}

export interface TestApp extends AsyncDisposable {
  readonly url: string;
  readonly gatewayUrl: string;
  readonly config: Config;
  readonly database: TestDatabase;
  /** The lines that the server logged so far, as JSON. */
  readonly logLines: readonly string[];
  readonly defaultProjectId: string;
  /** Administrator of the installation. */
  readonly admin: Person;
  /** A client that comes with this token, or with none. */
  clientWith(token?: string): Client;
  /** The raw answer; a redirect is not followed. */
  request(path: string, init?: RequestInit & { token?: string }): Promise<Response>;
  /** Answers the id. The project has no members yet. */
  addProject(name: string): Promise<string>;
  /** Makes a user with these roles (by project id), signs them in and gives them an API token. */
  addPerson(name: string, roles?: PersonRoles): Promise<Person>;
}

export interface PersonRoles {
  readonly installation?: string;
  readonly projects?: Readonly<Record<string, string>>;
}

export interface TestAppOptions {
  /** Settings beside those of the test; `readConfig` reads them as the main does. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Share one between several apps: they are replicas then. */
  readonly database?: TestDatabase;
  readonly dataDir?: string;
  /** The system's unless given. */
  readonly clock?: Clock;
}

const checkout = join(import.meta.dirname, '../../..');
const adminEmail = 'admin@example.org';
const adminPassword = 'correct horse battery';

/** The whole real server on a database and a folder of its own, at a free port. */
export const createTestApp = async (options: TestAppOptions = {}): Promise<TestApp> => {
  await using starting = new AsyncDisposableStack();
  const database = options.database ?? starting.use(await createTestDatabase());
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'dumont-app-')));
  if (options.dataDir === undefined)
    starting.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const config = readConfig(
    {
      DUMONT_DATA_DIR: dataDir,
      DUMONT_PORT: '0',
      DUMONT_GATEWAY_PORT: '0',
      DUMONT_STOREFRONT_PORT: '0',
      DUMONT_MERCADO_PAGO_PORT: '0',
      DUMONT_LOG_LEVEL: 'debug',
      DUMONT_ADMIN_EMAIL: adminEmail,
      DUMONT_ADMIN_PASSWORD: adminPassword,
      // Replicas read the same secrets, wherever their folders are.
      DUMONT_MASTER_KEY: '11'.repeat(32),
      DUMONT_ACCEPT_UNCONFINED: 'command-runs',
      ...options.environment,
    },
    checkout,
  );
  const logLines: string[] = [];
  const log = createLogger(config.logLevel, {
    write: (lines) => void logLines.push(...lines.trimEnd().split('\n')),
  });
  const app = starting.use(
    await createApp({
      config,
      log,
      checkout,
      ...(options.clock === undefined ? {} : { clock: options.clock }),
      database: {
        url: database.url,
        runSocketDir: () => database.runSocketDir,
        lost: new Promise(() => undefined),
        // Databases of one PostgreSQL share its roles: each test has its own.
        fundsRole: `funds_${new URL(database.url).pathname.slice(1)}`,
        storefrontRole: `storefront_${new URL(database.url).pathname.slice(1)}`,
        [Symbol.asyncDispose]: async () => undefined,
      },
    }),
  );
  const url = await app.listen();
  if (typeof config.storefront === 'object' && app.gatewayUrl !== undefined) {
    const { gatewayUrl } = app;
    starting.use(
      startStorefront({
        checkout,
        dataDir,
        host: '127.0.0.1',
        serverUrl: url,
        gatewayUrl,
        publicUrl: gatewayUrl,
        settings: config.storefront,
        prepare: () => app.openStorefront(),
        clock: systemClock,
        log,
      }),
    );
  }

  const clientWith = (token?: string, headers: Readonly<Record<string, string>> = {}): Client =>
    createClient({
      baseUrl: url,
      headers: (): Record<string, string> =>
        token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
    });

  let signIns = 0;
  const signIn = async (id: string | undefined, email: string, password: string): Promise<Person> => {
    // With DUMONT_TRUST_PROXY each comes from elsewhere: sign-ins are limited by address.
    signIns += 1;
    const from = { 'x-forwarded-for': `10.200.${signIns >> 8}.${signIns & 255}` };
    const session = await clientWith(undefined, from).login({ body: { email, password } });
    if (!('access_token' in session)) throw new TypeError('expected tokens');
    const { token } = await clientWith(session.access_token).createToken({ body: { name: 'test' } });
    return { id: id ?? session.user.id, email, password, token, client: clientWith(token) };
  };

  const admin = await signIn(undefined, adminEmail, adminPassword);
  const projects = await admin.client.listProjects();
  const defaultProjectId = projects.items.find(({ name }) => name === 'default')?.id;
  if (defaultProjectId === undefined) throw new Error('there is no project "default"');

  const stack = starting.move();
  return {
    url,
    gatewayUrl: app.gatewayUrl ?? '',
    config,
    database,
    logLines,
    defaultProjectId,
    admin,
    clientWith: (token) => clientWith(token),
    request: (path, { token, ...init } = {}) => {
      const headers = new Headers(init.headers);
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
      return fetch(`${url}${path}`, { redirect: 'manual', ...init, headers });
    },
    addProject: async (name) => {
      const { id } = await admin.client.createProject({ body: { name } });
      // Its maker is a member, and what names no project would go there from now on.
      await admin.client.deleteMember({ params: { id, userId: admin.id } });
      return id;
    },
    addPerson: async (name, { installation = null, projects: roles = {} } = {}) => {
      const email = `${name}@example.org`;
      const password = `password of ${name}`;
      const user = await admin.client.createUser({
        body: {
          email,
          name,
          password,
          mustChangePassword: false,
          installationRole: installation,
          defaultProjectRole: null,
        },
      });
      for (const [projectId, role] of Object.entries(roles))
        await admin.client.putMember({ params: { id: projectId, userId: user.id }, body: { role } });
      return signIn(user.id, email, password);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
