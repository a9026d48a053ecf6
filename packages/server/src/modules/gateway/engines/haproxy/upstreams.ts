import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';

/**
 * Where the host of an upstream of a route is: its address, or its name, which the engine then looks up itself.
 * Undefined: it is not found, or may not be called.
 */
export type AddressOf = (route: GatewayRoute, hostname: string) => string | undefined;

const maxWeight = 256;

export interface UpstreamHost {
  /** As it is named in a `Host` header. */
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  readonly isEncrypted: boolean;
  readonly weight: number;
}

/** The upstreams of a route, each once, with weights that HAProxy takes (1 to 256). */
export const upstreamHosts = ({ upstreams }: Pick<GatewayRoute, 'upstreams'>): UpstreamHost[] => {
  const weights = new Map<string, number>();
  for (const { url, weight } of upstreams) {
    const { origin } = new URL(url);
    weights.set(origin, (weights.get(origin) ?? 0) + weight);
  }
  const scale = Math.min(1, maxWeight / Math.max(...weights.values()));
  return [...weights].map(([origin, weight]) => {
    const { host, hostname, port, protocol } = new URL(origin);
    const isEncrypted = protocol === 'https:';
    return {
      host,
      hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? (isEncrypted ? 443 : 80) : Number(port),
      isEncrypted,
      weight: Math.max(1, Math.round(weight * scale)),
    };
  });
};
