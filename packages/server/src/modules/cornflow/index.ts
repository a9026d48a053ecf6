import type { FastifyInstance } from 'fastify';
import type { Blobs } from '../../kernel/blobs/blobs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Config } from '../../kernel/config/config.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { Identity } from '../identity/index.ts';
import type { Mail } from '../mail/index.ts';
import type { OptimizationApi } from '../optimization/index.ts';
import { assertKeyOpens } from './access/keys.ts';
import { readFolderPermissions } from './access/folder-permissions.ts';
import { createMakersOf } from './access/makers.ts';
import { createMatrix } from './access/matrix.ts';
import { createPeople } from './access/people.ts';
import { createRoleChanges } from './access/role-changes.ts';
import { createWorkers } from './access/workers.ts';
import type { AccountDeps } from './accounts/deps.ts';
import { createKeyRoutes } from './accounts/key-routes.ts';
import { createMailBlocklist } from './accounts/mail-blocklist.ts';
import { createPermissionRoutes } from './accounts/permission-routes.ts';
import { createRoleRoutes } from './accounts/role-routes.ts';
import { createSessionRoutes } from './accounts/session-routes.ts';
import { createUserRoleRoutes } from './accounts/user-role-routes.ts';
import { createUserRoutes } from './accounts/user-routes.ts';
import type { DoorRoute } from './door.ts';
import { createCornflowAlarmRoutes } from './info/alarm-routes.ts';
import { createCornflowAlarmStore } from './info/alarm-store.ts';
import { createHealthRoutes } from './info/health-routes.ts';
import { createLicenceRoutes } from './info/licence-routes.ts';
import { createMetaRoutes } from './info/meta-routes.ts';
import { createTableRoutes } from './info/table-routes.ts';
import { createTableStore } from './info/table-store.ts';
import { createObjectRoutes } from './objects/object-routes.ts';
import { seedUsers } from './seed.ts';
import { createOwnListener } from './serve/own-listener.ts';
import { serveDoor } from './serve/serve-door.ts';

export interface Cornflow extends Disposable {
  readonly routes: readonly DoorRoute[];
  /** Serves the door below `prefix`. */
  serve(app: FastifyInstance, prefix: string): Promise<void>;
  /** A server that has the door at its root, where a port of its own is set for it. Whoever asks closes it. */
  createListener(): Promise<FastifyInstance | undefined>;
}

export interface CornflowDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly notifications: Notifications;
  readonly blobs: Blobs;
  readonly random: Random;
  readonly config: Pick<
    Config,
    'cornflow' | 'requestsPerSecond' | 'publicUrl' | 'trustProxy' | 'solverFolders'
  >;
  readonly identity: Pick<
    Identity,
    'accounts' | 'accountRoles' | 'recovery' | 'openDoor' | 'defaultProjectId'
  >;
  readonly mail: Mail;
  readonly optimization: OptimizationApi;
  /** The folder of the product: what it is made of is read there. */
  readonly checkout: string;
}

const audience = 'dumont-cornflow';
/** Where who must change their password does it. */
const passwordView = 'user-detail';

/**
 * The API of Cornflow over our own modules: its addresses, words, roles and tokens. Throws `ConfigError` for a file of
 * permissions that cannot be used as it is.
 */
export const createCornflow = async (deps: CornflowDeps): Promise<Cornflow> => {
  const { db, clock, identity } = deps;
  const config = deps.config.cornflow;
  const { accounts, accountRoles, recovery, defaultProjectId } = identity;
  const signIn = identity.openDoor({ audience, seconds: config.tokenHours * 3600 });
  const matrix = createMatrix({ db, notifications: deps.notifications });
  const people = createPeople({ db, accounts, numberRoles: () => matrix.numberRoles() });
  const roleChanges = createRoleChanges({ db, accountRoles, defaultProjectId });
  const { grants } = deps.optimization.stores;
  const workers = createWorkers({ passes: deps.optimization.passes, signIn, people });
  const accountDeps: AccountDeps = {
    db,
    clock,
    config,
    accounts,
    accountRoles,
    people,
    roleChanges,
    matrix,
    signIn: { ...signIn, byPassword: workers.byPassword },
    recovery,
    mail: deps.mail,
    grants,
    assertNotBlocked: await createMailBlocklist(config.mailBlocklist),
  };
  const routes: DoorRoute[] = [
    ...createSessionRoutes(accountDeps),
    ...createKeyRoutes(accountDeps),
    ...createUserRoutes(accountDeps),
    ...createUserRoleRoutes(accountDeps),
    ...createRoleRoutes(accountDeps),
    ...createPermissionRoutes(accountDeps),
    ...createHealthRoutes({
      ask: () => accounts.listById([]),
      docsUrl: `${deps.config.publicUrl ?? ''}/docs`,
    }),
    ...createLicenceRoutes(deps.checkout),
    ...createTableRoutes(createTableStore(db)),
    ...(config.alarms ? createCornflowAlarmRoutes({ store: createCornflowAlarmStore(db), clock }) : []),
    ...createMetaRoutes(() => routes),
    ...createObjectRoutes(deps.optimization, {
      makersOf: createMakersOf(people, clock),
      mayUse: async ({ caller }, app) => config.openApps || grants.has(caller.userId, app),
      blobs: deps.blobs,
      clock,
      filesKeptDays: config.filesDays,
    }),
  ];
  await matrix.open(routes, await readFolderPermissions(deps.config.solverFolders));
  await seedUsers(accounts, config.seed, deps.log);

  const serve: Cornflow['serve'] = (app, prefix) =>
    serveDoor(
      app,
      routes,
      {
        authenticate: async (bearer, route) => {
          const worker = await workers.userOf(bearer, route);
          if (worker !== undefined) return worker;
          const beforePasswordChange = route.view === passwordView;
          const caller = await signIn.authenticator.authenticate({ bearer }, { beforePasswordChange });
          assertKeyOpens(caller, route);
          return people.userOf(caller);
        },
        authorize: (user, route) => matrix.authorize(user, route),
        documents: deps.optimization.documents,
        clock,
        log: deps.log,
        corsOrigins: config.corsOrigins,
        requestsPerSecond: deps.config.requestsPerSecond,
      },
      prefix,
    );

  return {
    routes,
    serve,
    createListener: async () => {
      if (config.port === undefined) return undefined;
      const listener = createOwnListener(deps);
      await serve(listener, '');
      return listener;
    },
    [Symbol.dispose]: () => matrix[Symbol.dispose](),
  };
};
