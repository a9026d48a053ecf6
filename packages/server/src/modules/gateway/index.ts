import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { systemScope } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import type { Config } from '../../kernel/config/config.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import { claimPort, listen } from '../../kernel/http/listen.ts';
import type { RequestMetrics } from '../../kernel/http/request-metrics.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Outbound } from '../../kernel/outbound/outbound.ts';
import type { Random } from '../../kernel/random.ts';
import type { ServiceLevels } from '../../kernel/traffic/service-levels.ts';
import type { Customers } from '../customers/index.ts';
import type { Identity } from '../identity/index.ts';
import { createConfigurations } from './engines/configuration.ts';
import { startHaproxyEngine, type HaproxyEngine } from './engines/haproxy/engine.ts';
import { createIssuerKeyRing } from './engines/issuer-key-ring.ts';
import { createGatewayHandlers, type GatewayOperation, type RunningGateway } from './handlers.ts';
import { startLiveRoutes } from './live-routes.ts';
import { registerGatewayMetrics } from './metrics.ts';
import { ownAddresses } from './own-endpoints.ts';
import { assertionIssuer, assertionSeconds, type SignAssertion } from './plane/identity-headers.ts';
import { startReplica } from './replica.ts';
import { createReplicaStore } from './replica-store.ts';
import { followRouteFile } from './route-file.ts';
import { createRouteReader } from './route-store.ts';
import { createRoutes } from './routes.ts';
import { createServiceCalls, type ServiceCalls } from './service-calls.ts';
import { keepRoutes, type SystemRoute } from './system-routes.ts';
import type { RouteHealth } from './thread/calls.ts';
import { startDataPlane, type DataPlane } from './thread/data-plane.ts';
import { createTraffic } from './traffic.ts';
import { createUserConsumers } from './verifiers/users.ts';
import { createVouching } from './verifiers/vouching.ts';

export { ServiceUnreachable, type ServiceAnswer, type ServiceCalls } from './service-calls.ts';
export type { SystemRoute } from './system-routes.ts';

export interface GatewayModule extends AsyncDisposable {
  readonly handlers: Handlers<GatewayOperation>;
  /** Begins to take requests; answers the address. Throws `ConfigError` when the port is taken. */
  start(): Promise<string>;
  /** Services that the server runs itself, asked for a user of this installation. */
  readonly services: ServiceCalls;
  /** The port that the gateway takes requests at, or would. */
  readonly port: number;
  /** Makes these the routes of services that the server runs itself, in the default project. */
  keepSystemRoutes(routes: readonly SystemRoute[]): Promise<void>;
}

/** Several threads listen at one port: that another program does so too, the host would not say. */
const listenAt = async (plane: DataPlane, at: { host: string; port: number }): Promise<string> => {
  if (at.port !== 0) await claimPort(at, 'DUMONT_GATEWAY_PORT');
  return listen(plane, at, 'DUMONT_GATEWAY_PORT');
};

/** Routes to services: their data, and the data plane that does what they say. */
export const createGateway = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  log: Logger;
  notifications: Notifications;
  outbound: Outbound;
  metrics: Metrics;
  requestMetrics: RequestMetrics;
  serviceLevels: ServiceLevels;
  identity: Pick<Identity, 'audit' | 'defaultProjectId' | 'jwks' | 'onChange' | 'tokens' | 'vouch'>;
  customers: Pick<Customers, 'doorOf' | 'onErasure'>;
  config: Pick<
    Config,
    | 'host'
    | 'gatewayPort'
    | 'gatewayRoutes'
    | 'gatewayEngine'
    | 'gatewayThreads'
    | 'logLevel'
    | 'outboundAllow'
    | 'trustProxy'
  >;
}): GatewayModule => {
  const { db, clock, random, log, outbound, config, identity, customers } = deps;
  const reader = createRouteReader(db, log);
  const store = createReplicaStore(db);
  const userConsumers = createUserConsumers();
  const sign: SignAssertion = (audience, subject, claims) =>
    identity.tokens.sign(
      { issuer: assertionIssuer, audience, type: 'JWT', seconds: assertionSeconds },
      subject,
      claims,
    );
  let running: RunningGateway | undefined;
  let front: HaproxyEngine | undefined;
  const resources = new AsyncDisposableStack();
  const traffic = createTraffic();
  let served: readonly GatewayRoute[] = [];
  let health: readonly RouteHealth[] = [];
  registerGatewayMetrics({
    ...deps,
    store,
    traffic,
    routes: () => served,
    health: () => health,
    busyMs: () => running?.plane.busyMs() ?? [],
  });
  const keyRing = createIssuerKeyRing({ clock, log, outbound });
  const vouching = createVouching({ identity, customers, consumerOf: userConsumers });
  // The addresses are the gateway's, so that its customers are those of one project.
  const door = customers.doorOf(identity.defaultProjectId);

  /** HAProxy takes the requests, and the plane behind it what HAProxy cannot do. */
  const startFront = async (at: {
    readonly host: string;
    readonly port: number;
  }): Promise<{ engine: HaproxyEngine; address: string }> => {
    const { port, address } = await claimPort(at, 'DUMONT_GATEWAY_PORT');
    const engine = await startHaproxyEngine({
      bind: `${config.host}:${port}`,
      trustProxy: config.trustProxy,
      ownEndpoints: ownAddresses,
      logsRequests: config.logLevel === 'debug' || config.logLevel === 'info',
      keyRing,
      outbound,
      traffic,
      clock,
      log,
    });
    return { engine, address };
  };

  return {
    handlers: createGatewayHandlers({
      routes: createRoutes({ db, reader, outbound, audit: identity.audit, clock, random }),
      store,
      clock,
      configurations: createConfigurations({ keyRing }),
      running: () => running,
    }),
    services: createServiceCalls({
      routes: () => reader.list(systemScope),
      consumerOf: userConsumers,
      projectId: identity.defaultProjectId,
      clock,
      sign,
    }),
    get port() {
      return running === undefined ? config.gatewayPort : Number(new URL(running.address).port);
    },
    keepSystemRoutes: (routes) =>
      keepRoutes(
        { db, clock, random, log, audit: identity.audit },
        'system',
        identity.defaultProjectId,
        routes,
      ),
    start: async () => {
      const isBehindHaproxy = config.gatewayEngine === 'haproxy';
      const plane = resources.use(
        startDataPlane(
          {
            threads: isBehindHaproxy ? 1 : config.gatewayThreads,
            outboundAllow: config.outboundAllow,
            trustProxy: config.trustProxy || isBehindHaproxy,
            logLevel: config.logLevel,
          },
          {
            log,
            random,
            calls: {
              vouch: vouching.vouch,
              sign,
              askDoor: (name, request) => door[name](request),
              jwks: identity.jwks,
              report: (report) => {
                traffic.add(report.traffic, clock.now().getTime());
                deps.requestMetrics.add(report.answers);
                health = report.health ?? health;
              },
            },
          },
        ),
      );
      const { gatewayRoutes } = config;
      const keep = (routes: readonly SystemRoute[]): Promise<void> =>
        keepRoutes(
          { db, clock, random, log, audit: identity.audit },
          'file',
          identity.defaultProjectId,
          routes,
        );
      // Without a file there is nobody who answers for what an earlier one let in.
      if (gatewayRoutes === undefined) await keep([]);
      else resources.use(await followRouteFile(gatewayRoutes, { keep, clock, log }));
      resources.use(vouching.onChange(plane.forget));
      const at = { host: config.host, port: config.gatewayPort };
      const started = isBehindHaproxy ? await startFront(at) : undefined;
      front = started?.engine;
      if (front !== undefined) await plane.listen({ path: front.planeSocket });
      const load = async (routes: readonly GatewayRoute[]): Promise<void> => {
        await plane.load(routes);
        served = routes.filter(({ enabled }) => enabled);
        await front?.load(routes);
      };
      const live = resources.use(
        await startLiveRoutes(load, { reader, clock, log, notifications: deps.notifications }),
      );
      resources.use(
        startReplica({ id: random.id(), plane, store, traffic, health: () => health, clock, log }),
      );
      const address = started?.address ?? (await listenAt(plane, at));
      running = { plane, address, refresh: live.refresh };
      return address;
    },
    [Symbol.asyncDispose]: async () => {
      // What its last requests counted is told by what ends after it. HAProxy goes before what is behind it.
      await front?.[Symbol.asyncDispose]();
      await running?.plane[Symbol.asyncDispose]();
      await resources.disposeAsync();
    },
  };
};
