import { proseOf } from '@dumont/contracts/findings';
import { scopeOf } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Configurations } from './engines/configuration.ts';
import type { LiveRoutes } from './live-routes.ts';
import { liveMs } from './replica.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { Routes } from './routes.ts';
import { sendTest } from './send-test.ts';
import type { DataPlane } from './thread/data-plane.ts';
import { quantileMs } from './traffic.ts';

export type GatewayOperation =
  | 'listGatewayRoutes'
  | 'getGatewayRoute'
  | 'createGatewayRoute'
  | 'replaceGatewayRoute'
  | 'deleteGatewayRoute'
  | 'testGatewayRoute'
  | 'getGatewayTraffic'
  | 'listUpstreamHealth'
  | 'renderGatewayConfiguration';

/** The gateway of this process, and where it listens. */
export interface RunningGateway {
  readonly plane: DataPlane;
  readonly address: string;
  refresh: LiveRoutes['refresh'];
}

/** As many points as a chart can show. */
const wantedSteps = 120;

export const createGatewayHandlers = (deps: {
  routes: Routes;
  store: ReplicaStore;
  clock: Clock;
  configurations: Configurations;
  /** Undefined where this process has no gateway. */
  running: () => RunningGateway | undefined;
}): Handlers<GatewayOperation> => {
  const { routes, store, clock } = deps;
  const ago = (ms: number): Date => new Date(clock.now().getTime() - ms);
  return {
    listGatewayRoutes: async ({ caller, query }) => ({ items: await routes.list(caller, query.projectId) }),
    getGatewayRoute: ({ caller, params }) => routes.get(caller, params.id),
    createGatewayRoute: ({ caller, body, context: { address } }) =>
      routes.create({ caller, address }, body.projectId, body.route),
    replaceGatewayRoute: ({ caller, params, body, context: { address } }) =>
      routes.replace({ caller, address }, params.id, body),
    deleteGatewayRoute: ({ caller, params, context: { address } }) =>
      routes.delete({ caller, address }, params.id),
    testGatewayRoute: async ({ caller, params, body }) => {
      const route = await routes.getToTest(caller, params.id);
      const running = deps.running();
      if (running === undefined) throw new AppError('gateway.off');
      // Of the route as it is, however lately that was changed.
      await running.refresh();
      return sendTest(route, body, { ...running, clock });
    },
    getGatewayTraffic: async ({ caller, query: { routeId, projectId, minutes } }) => {
      const stepSeconds = Math.ceil(minutes / wantedSteps) * 60;
      const scope = scopeOf(caller, 'gateway:read');
      const filter = { routeId, projectId, since: ago(minutes * 60_000), stepSeconds };
      const rows = await store.listTraffic(scope, filter);
      return {
        stepSeconds,
        items: rows.map((row) => ({
          routeId: row.route_id,
          at: row.at.toISOString(),
          requests: row.requests,
          clientErrors: row.client_errors,
          rateLimited: row.rate_limited,
          serverErrors: row.server_errors,
          meanMs: row.requests === 0 ? 0 : row.total_ms / row.requests,
          p95Ms: quantileMs(row.buckets, 0.95),
        })),
      };
    },
    renderGatewayConfiguration: async ({ caller, query: { engine, projectId } }) => {
      const { text, findings } = await deps.configurations.render(
        engine,
        await routes.list(caller, projectId),
      );
      return { engine, text, findings: [...findings] };
    },
    listUpstreamHealth: async ({ caller, query }) => {
      const rows = await store.listHealth(scopeOf(caller, 'gateway:read'), query, ago(liveMs));
      return {
        items: rows.map((row) => ({
          routeId: row.route_id,
          replica: row.name,
          url: row.url,
          state: row.state as 'healthy' | 'unhealthy' | 'open' | 'unknown',
          reason: row.reason === null ? null : proseOf(row.reason),
          reasonCode: row.reason,
          changedAt: row.changed_at.toISOString(),
          seenAt: row.seen_at.toISOString(),
        })),
      };
    },
  };
};
