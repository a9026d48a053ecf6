import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import type { Clock } from '../../kernel/clock.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { ServiceLevels } from '../../kernel/traffic/service-levels.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { RouteHealth } from './thread/calls.ts';
import { bucketBoundsMs, type RouteTotals, type Traffic } from './traffic.ts';

const routeLabels = ['route', 'path'] as const;

/**
 * What this replica of the gateway answered by route, whichever engine took the requests, and which upstreams get
 * none. They are added up when they are read: a request pays nothing more.
 */
export const registerGatewayMetrics = (deps: {
  readonly metrics: Metrics;
  readonly serviceLevels: ServiceLevels;
  readonly store: Pick<ReplicaStore, 'readTraffic'>;
  readonly traffic: Pick<Traffic, 'totals'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly routes: () => readonly GatewayRoute[];
  readonly health: () => readonly RouteHealth[];
  /** For how long each thread of the data plane had something to do. */
  readonly busyMs: () => readonly number[];
}): void => {
  const { metrics, traffic, routes } = deps;
  deps.serviceLevels.add(
    'gateway',
    bucketBoundsMs.map((bound) => bound / 1000),
    () => deps.store.readTraffic(deps.clock.now()),
  );

  /** Names are not unique: routes that are told apart by nothing else count as one. */
  const byRoute = <T>(figuresOf: (totals: RouteTotals) => readonly T[]) => {
    const present = routes();
    const totals = traffic.totals(new Set(present.map(({ id }) => id)));
    return present.flatMap(({ id, name, path }) => {
      const figures = totals.get(id);
      const labels = { route: name, path };
      return figures === undefined ? [] : figuresOf(figures).map((figure) => ({ labels, figure }));
    });
  };
  metrics.series(
    'counter',
    'dumont_gateway_requests_total',
    'Requests that the gateway answered, by route and by whose fault it was that they failed',
    [...routeLabels, 'outcome'],
    () =>
      byRoute(({ requests, clientErrors, serverErrors }) => [
        { outcome: 'ok', value: requests - clientErrors - serverErrors },
        { outcome: 'client_error', value: clientErrors },
        { outcome: 'server_error', value: serverErrors },
      ]).map(({ labels, figure: { outcome, value } }) => ({ labels: { ...labels, outcome }, value })),
  );
  metrics.series(
    'counter',
    'dumont_gateway_rate_limited_total',
    'Requests that a limit of their route refused',
    routeLabels,
    () => byRoute(({ rateLimited }) => [rateLimited]).map(({ labels, figure: value }) => ({ labels, value })),
  );
  metrics.series(
    'counter',
    'dumont_gateway_response_seconds_total',
    'Time that answering took, of all requests of a route together',
    routeLabels,
    () => byRoute(({ totalMs }) => [totalMs / 1000]).map(({ labels, figure: value }) => ({ labels, value })),
  );
  metrics.series(
    'gauge',
    'dumont_gateway_upstream_up',
    '1 while an upstream of a route gets requests, 0 while its health check or its circuit breaker keeps them away',
    [...routeLabels, 'upstream'],
    () => {
      const present = new Map(routes().map((route) => [route.id, route]));
      return deps.health().flatMap(({ routeId, url, state }) => {
        const route = present.get(routeId);
        if (route === undefined) return [];
        const labels = { route: route.name, path: route.path, upstream: url };
        return [{ labels, value: ['unhealthy', 'open'].includes(state) ? 0 : 1 }];
      });
    },
  );
  metrics.series(
    'counter',
    'dumont_gateway_busy_seconds_total',
    'For how long a thread of the data plane had something to do: at 1 a second it has no time left',
    ['thread'],
    () => deps.busyMs().map((ms, index) => ({ labels: { thread: String(index + 1) }, value: ms / 1000 })),
  );
};
