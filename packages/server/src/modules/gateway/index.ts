import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { systemScope } from '../../kernel/access/caller.ts';
import { createBoundedMap } from '../../kernel/bounded-map.ts';
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
import type { TokenVerifier } from './consumers.ts';
import { createConfigurations } from './engines/configuration.ts';
import { startHaproxyEngine, type HaproxyEngine } from './engines/haproxy/engine.ts';
import { createIssuerKeyRing } from './engines/issuer-key-ring.ts';
import { createGatewayHandlers, type GatewayOperation, type RunningGateway } from './handlers.ts';
import { startHealthChecks } from './health-checks.ts';
import { startLiveRoutes } from './live-routes.ts';
import { registerGatewayMetrics } from './metrics.ts';
import { createOwnEndpoints } from './own-endpoints.ts';
import { assertionIssuer, assertionSeconds, type SignAssertion } from './plane/identity-headers.ts';
import { createPlane } from './plane/plane.ts';
import { startReplica } from './replica.ts';
import { createReplicaStore } from './replica-store.ts';
import { createRequestLog } from './request-log.ts';
import { followRouteFile } from './route-file.ts';
import { createRouteReader } from './route-store.ts';
import { createRoutes } from './routes.ts';
import { createServiceCalls, type ServiceCalls } from './service-calls.ts';
import { keepRoutes, type SystemRoute } from './system-routes.ts';
import { createTrafficCounter } from './traffic.ts';
import { createCustomerVerifier } from './verifiers/customers.ts';
import { createOidcVerifier } from './verifiers/oidc.ts';
import { createUserConsumers, createUserVerifiers } from './verifiers/users.ts';

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

/** Of more issuers the one that no route named for longest is begun anew. */
const maxVerifiers = 1000;

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
  identity: Pick<Identity, 'audit' | 'authenticator' | 'defaultProjectId' | 'jwks' | 'tokens'>;
  customers: Pick<Customers, 'doorOf' | 'isErased'>;
  config: Pick<
    Config,
    'host' | 'gatewayPort' | 'gatewayRoutes' | 'gatewayEngine' | 'trustProxy' | 'logLevel'
  >;
}): GatewayModule => {
  const { db, clock, random, log, outbound, config, identity, customers } = deps;
  const reader = createRouteReader(db, log);
  const store = createReplicaStore(db);
  const userConsumers = createUserConsumers();
  const userVerifier = createUserVerifiers(identity.authenticator, userConsumers);
  const sign: SignAssertion = (audience, subject, claims) =>
    identity.tokens.sign(
      { issuer: assertionIssuer, audience, type: 'JWT', seconds: assertionSeconds },
      subject,
      claims,
    );
  const verifiers = createBoundedMap<TokenVerifier>(maxVerifiers);
  /** One for each issuer, so that what it remembers serves all of its routes and outlives their changes. */
  const kept = (key: string, make: () => TokenVerifier): TokenVerifier => {
    const known = verifiers.get(key) ?? make();
    verifiers.set(key, known);
    return known;
  };
  let running: RunningGateway | undefined;
  let front: HaproxyEngine | undefined;
  const resources = new AsyncDisposableStack();
  const traffic = createTrafficCounter();
  registerGatewayMetrics({ ...deps, store, traffic, routes: () => running?.plane.routes ?? [] });
  const keyRing = createIssuerKeyRing({ clock, log, outbound });

  const verifiersOf = ({ projectId, authentication }: GatewayRoute): readonly TokenVerifier[] =>
    authentication.issuers.map((issuer) => {
      if (issuer === 'users') return userVerifier(projectId);
      if (issuer === 'customers')
        return kept(`customers ${projectId}`, () => createCustomerVerifier(customers, projectId, clock));
      return kept(JSON.stringify(issuer), () => createOidcVerifier(issuer, { clock, outbound }));
    });

  // The addresses are the gateway's, so that its customers are those of one project.
  const ownEndpoints = createOwnEndpoints({
    door: customers.doorOf(identity.defaultProjectId),
    jwks: identity.jwks,
  });

  /** HAProxy takes the requests, and the plane behind it what HAProxy cannot do. */
  const startFront = async (at: {
    readonly host: string;
    readonly port: number;
  }): Promise<{ engine: HaproxyEngine; address: string }> => {
    const { port, address } = await claimPort(at, 'DUMONT_GATEWAY_PORT');
    const engine = await startHaproxyEngine({
      bind: `${config.host}:${port}`,
      trustProxy: config.trustProxy,
      ownEndpoints: [...ownEndpoints.keys()],
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
      const isBehindHaproxy = config.gatewayEngine === 'haproxy';
      const plane = resources.use(
        createPlane({
          clock,
          random,
          outbound,
          sign,
          verifiersOf,
          ownEndpoints,
          trustProxy: config.trustProxy || isBehindHaproxy,
          observe: createRequestLog({ log, metrics: deps.requestMetrics, traffic, now: () => clock.now() }),
        }),
      );
      const at = { host: config.host, port: config.gatewayPort };
      const started = isBehindHaproxy ? await startFront(at) : undefined;
      front = started?.engine;
      if (front !== undefined) await plane.listen({ path: front.planeSocket });
      const load = async (routes: readonly GatewayRoute[]): Promise<void> => {
        plane.load(routes);
        await front?.load(routes);
      };
      const live = resources.use(
        await startLiveRoutes(load, { reader, clock, log, notifications: deps.notifications }),
      );
      resources.use(startHealthChecks({ clock, routes: () => plane.routes }));
      resources.use(startReplica({ id: random.id(), plane, store, traffic, clock, log }));
      const address = started?.address ?? (await listen(plane, at, 'DUMONT_GATEWAY_PORT'));
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
