import { found, proseOf } from '@dumont/contracts/findings';
import { join } from 'node:path';
import { createEventStream } from './kernel/events/event-stream.ts';
import { serveCompatibleEvents } from './kernel/events/compatible-socket.ts';
import { serveEvents } from './kernel/events/socket.ts';
import { createFolderBlobs } from './kernel/blobs/folder-blobs.ts';
import { systemClock, type Clock } from './kernel/clock.ts';
import type { Config } from './kernel/config/config.ts';
import { connectDatabase } from './kernel/db/database.ts';
import { registerDatabaseMetrics } from './kernel/db/database-metrics.ts';
import { migrate } from './kernel/db/migrate.ts';
import { createNotifications } from './kernel/db/notifications.ts';
import { serveConsole } from './kernel/http/console.ts';
import { serveDocs } from './kernel/http/docs.ts';
import { listen } from './kernel/http/listen.ts';
import { closeServer } from './kernel/http/close-server.ts';
import { createRequestMetrics } from './kernel/http/request-metrics.ts';
import { createHttpServer } from './kernel/http/server.ts';
import type { Logger } from './kernel/log.ts';
import { createMetrics } from './kernel/metrics.ts';
import { createOutbound } from './kernel/outbound/outbound.ts';
import { createSystemRandom } from './kernel/random.ts';
import { registerDiskMetric } from './kernel/system/disk-metric.ts';
import { createSystemHandlers } from './kernel/system/handlers.ts';
import { registerHostMetrics } from './kernel/system/host-metrics.ts';
import {
  createRequestMinutes,
  startTellingRequests,
  timeBoundsSeconds,
} from './kernel/traffic/request-minutes.ts';
import { createServiceLevels } from './kernel/traffic/service-levels.ts';
import { createTrafficStore, readTraffic } from './kernel/traffic/traffic-store.ts';
import { loadMasterKey } from './kernel/vault/master-key.ts';
import { createVault } from './kernel/vault/vault.ts';
import { createVaultStore } from './kernel/vault/vault-store.ts';
import { version } from './kernel/version.ts';
import type { StorefrontPlace } from './beside/storefront.ts';
import { openStorefrontRole } from './beside/storefront-role-store.ts';
import { storefrontRoutes } from './beside/storefront-routes.ts';
import type { DatabaseServer } from './database.ts';
import { createAlarms } from './modules/alarms/index.ts';
import { createCornflow } from './modules/cornflow/index.ts';
import { createGateway } from './modules/gateway/index.ts';
import { createCustomers } from './modules/customers/index.ts';
import { createIdentity } from './modules/identity/index.ts';
import { createMail } from './modules/mail/index.ts';
import { createInstallationFile, createMarket, usuallyWatchedGpus } from './modules/market/index.ts';
import { builtAgentFile, createMachineDoor, createMachines } from './modules/machines/index.ts';
import { createOptimization } from './modules/optimization/index.ts';
import { createPipelines, openFundsRole } from './modules/pipelines/index.ts';
import { createLocalExecutor, createMachineExecutor, createRuns } from './modules/runs/index.ts';
import { createSnapshots } from './modules/snapshots/index.ts';
import { createLiveOrders, createStorefrontAdministration } from './modules/storefront/index.ts';

const cornflowPath = '/cornflow';

export interface App extends AsyncDisposable {
  readonly generatedAdminPassword: string | undefined;
  /** Where the gateway takes requests; undefined before `listen`, and without its role. */
  readonly gatewayUrl: string | undefined;
  /** Prepares what the ordering service needs that runs beside the server. */
  openStorefront(): Promise<StorefrontPlace>;
  /** Takes requests; answers the address. Throws `ConfigError` when the port is taken. */
  listen(): Promise<string>;
}

export interface AppDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly database: DatabaseServer;
  /** The folder of the product: programs that runs may read, the built console. */
  readonly checkout: string;
  /** The system's unless given. */
  readonly clock?: Clock;
}

/** The composition root: the kernel, then the modules in their order. What is made later ends first. */
export const createApp = async ({
  config,
  log,
  database,
  checkout,
  clock = systemClock,
}: AppDeps): Promise<App> => {
  await using building = new AsyncDisposableStack();
  const random = createSystemRandom(clock);
  const metrics = createMetrics({ processMetrics: true });
  const isWorker = config.roles.includes('worker');

  const applied = await migrate(database.url, join(import.meta.dirname, '../db/migrations'));
  if (applied.length > 0) log.info({ applied }, 'the database was brought up to date');
  const connection = building.use(
    connectDatabase(database.url, {
      poolSize: 20,
      onError: (error) => log.warn({ error }, 'an idle database connection broke'),
    }),
  );
  const { db } = connection;
  registerDatabaseMetrics(metrics, connection);
  registerHostMetrics(metrics, clock);
  registerDiskMetric(metrics, config.dataDir);
  const requestMetrics = createRequestMetrics(metrics);
  const requestMinutes = createRequestMinutes(clock);
  building.use(startTellingRequests({ minutes: requestMinutes, store: createTrafficStore(db), clock, log }));
  const serviceLevels = createServiceLevels({ metrics, clock, log });
  serviceLevels.add('api', timeBoundsSeconds, () =>
    readTraffic(db, 'request_minutes', timeBoundsSeconds.length + 1, clock.now()),
  );
  const notifications = building.use(createNotifications({ url: database.url, clock, log }));
  const events = building.use(await createEventStream({ db, notifications, clock, log }));
  const vault = await createVault(
    await loadMasterKey(config.masterKey, config.dataDir),
    createVaultStore(db),
  );
  const outbound = createOutbound({ allow: config.outboundAllow, clock, log });
  const blobs =
    config.s3 === undefined
      ? createFolderBlobs(join(config.dataDir, 'blobs'))
      : (await import('./kernel/blobs/s3-blobs.ts')).createS3Blobs(config.s3);

  const kernel = { db, clock, random, log, metrics, notifications, events, vault, outbound };
  const identity = building.use(await createIdentity({ ...kernel, config, dataDir: config.dataDir }));
  const mail = building.use(createMail({ ...kernel, config }));
  const alarms = building.use(
    await createAlarms({
      ...kernel,
      mail,
      audit: identity.audit,
      languageOf: identity.languageOf,
      config,
    }),
  );
  const customers = building.use(await createCustomers({ ...kernel, identity, config }));
  const market = building.use(
    await createMarket({
      ...kernel,
      defaultProjectId: identity.defaultProjectId,
      installationFile: createInstallationFile(config.dataDir),
      givenInstallationId: config.installationId,
      watchedGpus: usuallyWatchedGpus,
      configuredAccount: config.vast && { name: 'Vast.ai', kind: 'vast', ...config.vast },
    }),
  );
  let gatewayUrl: string | undefined;
  let localAddress: { host: string; port: number } | undefined;
  const ways = {
    ...kernel,
    market: market.api,
    publicUrl: config.publicUrl,
    localAddress: () => localAddress,
    sshKeysOf: identity.sshKeysOf,
  };
  const door = building.use(createMachineDoor(ways));
  const snapshots = building.use(await createSnapshots({ ...ways, blobs, config, machines: door.port }));
  const machines = building.use(
    createMachines({
      ...ways,
      door,
      snapshots: snapshots.api,
      onUserChange: identity.onUserChange,
      defaultsOf: identity.deploymentDefaultsOf,
      mail,
      mailWishesOf: identity.mailWishesOf,
      checkSnapshot: snapshots.checkRestorable,
      settings: config.machines,
      agent: {
        cacheFolder: join(config.dataDir, 'machine-programs'),
        agentFile: builtAgentFile,
        nodeFile: process.execPath,
        resticFile: snapshots.resticFile,
      },
    }),
  );
  const executor = await createLocalExecutor({
    runsDir: join(config.dataDir, 'runs'),
    // Not the checkout: the data folder may lie in it. A pipeline shows its own folders to its runs.
    runtimeFolders: [join(process.execPath, '../..')],
    log,
  });
  const runs = building.use(
    createRuns({
      ...kernel,
      blobs,
      executors: [
        executor,
        createMachineExecutor({
          machines: machines.holds,
          callerOf: identity.callerOf,
          clock,
          log,
          lostAfterMs: 120_000,
        }),
      ],
      confinement: {
        confined: executor.isolation.confined,
        reason: executor.isolation.reason,
        accepted: config.acceptUnconfined.includes('command-runs'),
      },
      callerOf: identity.callerOf,
      namesOf: identity.namesOf,
      concurrency: config.localRuns,
      logQuota: config.runLogQuota,
      filesQuotaBytes: config.runFilesQuotaBytes,
      retentionDays: config.runRetentionDays,
    }),
  );
  const pipelines = await createPipelines({
    ...kernel,
    config,
    runs: runs.api,
    audit: identity.audit,
    fundsDatabaseUrl:
      config.fundsDatabaseUrl ??
      (await openFundsRole({
        ...kernel,
        database,
        ...(database.fundsRole === undefined ? {} : { role: database.fundsRole }),
      })),
    databaseMount: config.fundsDatabaseUrl === undefined ? database.runSocketDir() : undefined,
    runtimeFolders: [join(checkout, 'node_modules'), join(checkout, 'packages/contracts')],
    defaultProjectId: identity.defaultProjectId,
  });

  const listening = Promise.withResolvers<string>();
  const optimization = building.use(
    await createOptimization({
      ...kernel,
      blobs,
      runs: runs.api,
      callerOf: identity.callerOf,
      namesOf: identity.namesOf,
      appFolders: config.solverFolders,
      runtimeFolders: [join(checkout, 'node_modules')],
      doorUrl: async () => new URL(`${cornflowPath}/`, await listening.promise),
    }),
  );

  const cornflow = building.use(
    await createCornflow({
      ...kernel,
      config,
      identity,
      mail,
      blobs,
      checkout,
      optimization: optimization.api,
    }),
  );

  const gateway = building.use(
    createGateway({
      ...kernel,
      config,
      identity,
      customers,
      requestMetrics,
      serviceLevels,
    }),
  );

  const liveOrders = building.use(createLiveOrders({ ...kernel, projectId: identity.defaultProjectId }));

  const server = await createHttpServer({
    config,
    authenticator: identity.authenticator,
    handlers: {
      ...createSystemHandlers({
        db,
        clock,
        metrics,
        roles: config.roles,
        dataDir: config.dataDir,
        checks: () => [...checksOf(executor.isolation), snapshots.check()],
      }),
      ...identity.handlers,
      ...alarms.handlers,
      ...customers.handlers,
      ...market.handlers({ audit: identity.audit }),
      ...snapshots.handlers,
      ...machines.handlers,
      ...runs.handlers,
      ...pipelines.handlers,
      ...optimization.handlers,
      ...gateway.handlers,
      ...createStorefrontAdministration({ gateway, identity, config }).handlers,
    },
    clock,
    random,
    log,
    requestMetrics,
    requestMinutes,
  });
  const sockets = { authenticator: identity.authenticator, events, publicUrl: config.publicUrl, clock, log };
  serveEvents(server, { ...sockets, channels: [...runs.channels, liveOrders.channel] });
  serveCompatibleEvents(server, { ...sockets, open: pipelines.compatibleSocket.open });
  await snapshots.serve(server);
  machines.serve(server, identity);
  await cornflow.serve(server, cornflowPath);
  await serveDocs(server, version);
  await serveConsole(server, join(checkout, 'packages/web/dist'));
  building.defer(() => closeServer(server));
  const cornflowListener = await cornflow.createListener();
  building.defer(() => cornflowListener && closeServer(cornflowListener));

  if (isWorker) {
    snapshots.startWorker();
    machines.startWorker();
    runs.startWorker();
    optimization.startWorker();
    market.startWorker();
  }
  if (config.roles.includes('scheduler')) runs.startScheduler();

  const all = building.move();
  return {
    generatedAdminPassword: identity.generatedAdminPassword,
    openStorefront: async () => ({
      databaseUrl: await openStorefrontRole({ ...kernel, database }),
      poolToken: await identity.openServiceAccount({ name: 'ordering service', role: 'service' }),
      publish: (at) => gateway.keepSystemRoutes(storefrontRoutes(at)),
    }),
    get gatewayUrl() {
      return gatewayUrl;
    },
    listen: async () => {
      const url = await listen(server, config);
      listening.resolve(url);
      localAddress = { host: '127.0.0.1', port: Number(new URL(url).port) };
      if (cornflowListener !== undefined) {
        const at = { host: config.host, port: config.cornflow.port ?? 0 };
        log.info(
          { url: await listen(cornflowListener, at, 'DUMONT_CORNFLOW_PORT') },
          'the Cornflow door is open',
        );
      }
      if (config.roles.includes('gateway')) gatewayUrl = await gateway.start();
      if (config.storefront === 'off') await gateway.keepSystemRoutes([]);
      if (isWorker) machines.startTunnels();
      return url;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
};

const checksOf = (isolation: { confined: boolean; reason: string }) => {
  const remedy = isolation.confined ? null : found('confinement.remedy');
  const check = {
    name: 'confinement of runs',
    state: isolation.confined ? ('ok' as const) : ('warning' as const),
    finding: isolation.reason,
    remedy: remedy === null ? null : proseOf(remedy),
    // What was tried on this host, in as many words as it took.
    findingCode: null,
    remedyCode: remedy,
  };
  return [check];
};
