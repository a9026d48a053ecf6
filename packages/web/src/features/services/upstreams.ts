import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';

export type UpstreamHealth = RouteResponse<Routes['listUpstreamHealth']>['items'][number];

export interface UpstreamSummary {
  readonly total: number;
  /** Those that some replica sends nothing to. */
  readonly down: number;
  /** The state to show for all of them: the worst. */
  readonly state: UpstreamHealth['state'];
}

/** How the upstreams of a route are, all replicas taken together. */
export const summarizeUpstreams = (
  { id, upstreams }: Pick<GatewayRoute, 'id' | 'upstreams'>,
  seen: readonly UpstreamHealth[],
): UpstreamSummary => {
  const byUrl = Map.groupBy(
    seen.filter(({ routeId }) => routeId === id),
    ({ url }) => url,
  );
  const states = upstreams.map(({ url }): UpstreamHealth['state'] => {
    const own = byUrl.get(new URL(url).origin) ?? [];
    return (
      (['unhealthy', 'open'] as const).find((bad) => own.some(({ state }) => state === bad)) ??
      (own.some(({ state }) => state === 'healthy') ? 'healthy' : 'unknown')
    );
  });
  const down = states.filter((state) => state === 'unhealthy' || state === 'open').length;
  const state =
    (['unhealthy', 'open', 'unknown'] as const).find((each) => states.includes(each)) ?? 'healthy';
  return { total: states.length, down, state };
};
