import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';

export type Cors = NonNullable<GatewayRoute['cors']>;

const allows = ({ origins }: Cors, origin: string): boolean =>
  origins.includes('*') || origins.includes(origin);

/** What the route says of them goes: of two answers to one question browsers take none, and a service may allow more. */
export const corsNames = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
] as const;

/** The headers of an answer to this origin, as a flat list; none where it may not read the answer. */
export const corsHeaders = (cors: Cors, origin: string | undefined): string[] => {
  // An answer that was made for one origin must not be given to another one from a cache.
  const vary = cors.origins.includes('*') ? [] : ['vary', 'origin'];
  if (origin === undefined || !allows(cors, origin)) return vary;
  return [
    ...vary,
    'access-control-allow-origin',
    cors.origins.includes('*') ? '*' : origin,
    ...(cors.credentials ? ['access-control-allow-credentials', 'true'] : []),
    ...(cors.exposed.length === 0 ? [] : ['access-control-expose-headers', cors.exposed.join(', ')]),
  ];
};

/** What a browser asks before a request of another site (Fetch standard, 3.3.2). */
export const isPreflight = (
  method: string | undefined,
  headers: Readonly<Record<string, unknown>>,
): boolean =>
  method === 'OPTIONS' &&
  headers['origin'] !== undefined &&
  headers['access-control-request-method'] !== undefined;

/** Its answer; one that allows nothing says nothing. */
export const preflightHeaders = (cors: Cors, origin: string | undefined): string[] => {
  const headers = corsHeaders(cors, origin);
  if (origin === undefined || !allows(cors, origin)) return headers;
  return [
    ...headers,
    'access-control-allow-methods',
    cors.methods.join(', '),
    'access-control-allow-headers',
    cors.headers.join(', '),
    'access-control-max-age',
    String(cors.maxAgeSeconds),
  ];
};
