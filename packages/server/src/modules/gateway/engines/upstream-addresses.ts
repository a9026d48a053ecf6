import { lookup } from 'node:dns/promises';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import type { Outbound } from '../../../kernel/outbound/outbound.ts';

/**
 * Where upstreams are, looked up here: an engine that asks a name server itself would go wherever that one says,
 * also to what only this host can reach.
 */
export interface UpstreamAddresses {
  /** Never rejects: what cannot be found for a while stays where it was. */
  refresh(routes: readonly GatewayRoute[]): Promise<void>;
  /** Undefined: not found, or not to be called. */
  addressOf(route: GatewayRoute, hostname: string): string | undefined;
}

export const createUpstreamAddresses = (outbound: Pick<Outbound, 'resolve'>): UpstreamAddresses => {
  let known = new Map<string, string | undefined>();
  const keyOf = ({ managedBy }: GatewayRoute, hostname: string): string =>
    `${managedBy === null ? 'public' : 'any'} ${hostname}`;

  const find = async (route: GatewayRoute, url: URL): Promise<string | undefined> => {
    const before = known.get(keyOf(route, hostOf(url)));
    try {
      const found =
        route.managedBy === null
          ? await outbound.resolve(url.href)
          : (await lookup(hostOf(url), { all: true })).map(({ address }) => address);
      // A name of several addresses comes in another order each time: that is no reason to change anything.
      return before !== undefined && found.includes(before) ? before : found[0];
    } catch (error) {
      return isRefusal(error) ? undefined : before;
    }
  };
  return {
    refresh: async (routes) => {
      const wanted = new Map(
        routes.flatMap((route) =>
          route.upstreams.map((upstream) => {
            const url = new URL(upstream.url);
            return [keyOf(route, hostOf(url)), { route, url }] as const;
          }),
        ),
      );
      known = new Map(
        await Promise.all(
          [...wanted].map(async ([key, { route, url }]) => [key, await find(route, url)] as const),
        ),
      );
    },
    addressOf: (route, hostname) => known.get(keyOf(route, hostname)),
  };
};

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');
const isRefusal = (error: unknown): boolean => (error as { code?: unknown }).code === 'outbound.refused';
